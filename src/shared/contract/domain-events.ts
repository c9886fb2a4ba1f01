import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import { isoTime } from '../kernel/time.ts';
import { environment, errorReport, runTrigger } from './domain.ts';

/**
 * Domain events: what happened, for webhooks, triggers and notices. Each is committed with the change that it reports.
 * This map is the only list of them: a type, what its `data` holds, and when it is recorded. A type, once published,
 * keeps its meaning; fields are only added.
 */

const run = z.object({
  runId: uuid,
  pipelineId: uuid,
  pipelineName: z.string(),
  revision: z.int(),
  trigger: runTrigger,
  attempt: z.int(),
});
const runEnd = run.extend({
  queuedAt: isoTime,
  startedAt: isoTime.nullable(),
  finishedAt: isoTime,
  rowsRead: z.int().nullable(),
  rowsWritten: z.int().nullable(),
});
const dataset = z.object({ datasetId: uuid, name: z.string() });
const pipeline = z.object({ pipelineId: uuid, name: z.string(), revision: z.int() });
const resource = z.object({
  /** `schedule`, `trigger`, `webhook`, and the types of a door that has resources. */
  resourceType: z.string(),
  resourceId: z.string(),
  name: z.string(),
  /** What it is after the change: `active`, `paused`, `deleted`. */
  status: z.string().optional(),
  /** Name of the workspace that owns it, where it is not `public` for sure. */
  workspace: z.string().optional(),
  /** Why it is paused, as a sentence. */
  reason: z.string().optional(),
  /** True where nobody paused it but Sluice itself; told once, with the pause. */
  automatic: z.boolean().optional(),
});
const trigger = z.object({
  triggerId: uuid,
  kind: z.enum(['cron', 'file', 'dataset', 'webhook', 'pipeline']),
  name: z.string(),
  pipelineId: uuid,
  pipelineName: z.string(),
});
const key = z.object({ keyId: uuid, name: z.string(), prefix: z.string() });

export const domainEvents = {
  'run.queued': { data: run, when: 'A run was accepted.' },
  'run.started': { data: run, when: 'An attempt of a run began.' },
  'run.retrying': {
    data: run.extend({ error: errorReport, retryAt: isoTime }),
    when: 'An attempt failed and another one follows at `retryAt`.',
  },
  'run.succeeded': { data: runEnd, when: 'A run ended well and its outputs are published.' },
  'run.failed': { data: runEnd.extend({ error: errorReport }), when: 'A run failed for good.' },
  'run.cancelled': {
    data: runEnd.extend({ error: errorReport }),
    when: 'A run was cancelled, skipped or replaced.',
  },
  'run.late': {
    data: run.extend({ expectedBy: isoTime }),
    when: 'A run was not over at the time it was expected to be.',
  },
  'run.removed': {
    data: z.object({ runId: uuid, pipelineId: uuid }),
    when: 'A run was deleted with its log.',
  },
  'dataset.published': {
    data: dataset.extend({
      versionId: uuid,
      number: z.int(),
      rows: z.int(),
      bytes: z.int(),
      runId: uuid.nullable(),
    }),
    when: 'A new version of a dataset became the current one.',
  },
  'dataset.renamed': { data: dataset, when: 'A dataset got another name.' },
  'dataset.removed': { data: dataset, when: 'A dataset was deleted with all its versions.' },
  'pipeline.created': { data: pipeline, when: 'A pipeline was made.' },
  'pipeline.saved': { data: pipeline, when: 'A pipeline got a new revision.' },
  'pipeline.renamed': { data: pipeline, when: 'A pipeline got another name.' },
  'pipeline.removed': { data: pipeline, when: 'A pipeline was deleted.' },
  'pipeline.restored': { data: pipeline, when: 'A deleted pipeline was brought back.' },
  'resource.created': { data: resource, when: 'A schedule, trigger, webhook or other resource was made.' },
  'resource.updated': { data: resource, when: 'It was changed, paused or resumed.' },
  'resource.deleted': { data: resource, when: 'It was deleted.' },
  'trigger.failed': {
    data: trigger.extend({ dueAt: isoTime, reason: z.string() }),
    when: 'A schedule or trigger fired, and its run was not accepted.',
  },
  'key.created': { data: key, when: 'An API key was made.' },
  'key.updated': { data: key, when: 'The name, rights or limits of an API key changed.' },
  'key.rotated': {
    data: key.extend({ previousUntil: isoTime.nullable() }),
    when: 'An API key got a new text. The earlier one works until `previousUntil`.',
  },
  'key.revoked': { data: key, when: 'An API key was revoked.' },
  'storage.archive_failed': {
    data: z.object({ folder: z.string(), reason: z.string() }),
    when: 'A clean-up could not write its archive, and so deleted nothing.',
  },
} as const satisfies Record<string, { data: z.ZodType; when: string }>;

export type DomainEventType = keyof typeof domainEvents;
export const domainEventTypes = Object.keys(domainEvents) as DomainEventType[];
export type DomainEventData<Type extends DomainEventType> = z.infer<(typeof domainEvents)[Type]['data']>;

/** An event as it is stored and sent. `seq` grows in the order of the commits. */
export const domainEvent = z.object({
  seq: z.int(),
  id: uuid,
  type: z.enum(domainEventTypes as [DomainEventType, ...DomainEventType[]]),
  time: isoTime,
  environment: environment.nullable(),
  data: z.record(z.string(), z.unknown()),
});
export type DomainEvent = z.infer<typeof domainEvent>;
