import { oc } from '@orpc/contract';
import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import { isoTime } from '../kernel/time.ts';
import { environment, parameterValues, runStatus } from './domain.ts';

/** What starts runs by itself. A schedule is the trigger of kind `cron`. */

export const triggerKinds = ['cron', 'file', 'dataset', 'webhook', 'pipeline'] as const;
export const triggerKind = z.enum(triggerKinds);
export type TriggerKind = z.infer<typeof triggerKind>;

/** What happens to slots that passed while nobody could fire them. */
export const missedPolicy = z.enum(['skip', 'last', 'all']);
/** What a fire does while the run of an earlier one has not ended. */
export const overlapPolicy = z.enum(['queue', 'skip', 'replace']);

export const cronConfig = z.strictObject({
  kind: z.literal('cron'),
  /** Five fields, or six with seconds first. */
  cron: z.string().trim().min(1).max(200),
  timezone: z.string().max(64).default('UTC'),
  missed: missedPolicy.default('last'),
  overlap: overlapPolicy.default('skip'),
  /** Each run waits a part of so many seconds, always the same for the same slot. */
  jitterSeconds: z.int().min(0).max(86_400).default(0),
});

export const fileConfig = z.strictObject({
  kind: z.literal('file'),
  /** Below the files folder, or a granted folder by its absolute path; empty is the files folder itself. */
  folder: z.string().max(4096).default(''),
  /** By name: `*`, `?` and `{a,b}`. */
  pattern: z.string().trim().min(1).max(200).default('*'),
  subfolders: z.boolean().default(false),
  /** `arrives` fires once a file, `changes` again whenever its size or time is another. */
  on: z.enum(['arrives', 'changes']).default('changes'),
  /** Its size and time must stand still for so long. */
  stableSeconds: z.int().min(1).max(3600).default(5),
  /** Files that came while Sluice was closed. */
  missed: missedPolicy.default('all'),
});

export const datasetConfig = z.strictObject({
  kind: z.literal('dataset'),
  /** By name, in the trigger's environment; it need not exist yet. */
  dataset: z.string().trim().min(1).max(200),
});

export const webhookConfig = z.strictObject({
  kind: z.literal('webhook'),
  /** Calls a minute that may start a run. */
  perMinute: z.int().min(1).max(6000).default(120),
});

export const pipelineConfig = z.strictObject({
  kind: z.literal('pipeline'),
  /** The pipeline whose runs are watched. */
  pipelineId: uuid,
  on: z
    .array(z.enum(['succeeded', 'failed', 'cancelled']))
    .min(1)
    .default(['succeeded']),
});

export const triggerConfig = z.discriminatedUnion('kind', [
  cronConfig,
  fileConfig,
  datasetConfig,
  webhookConfig,
  pipelineConfig,
]);
export type TriggerConfig = z.infer<typeof triggerConfig>;
export type TriggerConfigOf<Kind extends TriggerKind> = Extract<TriggerConfig, { kind: Kind }>;

export const fireOutcome = z.enum(['waiting', 'started', 'skipped', 'missed', 'failed']);
export type FireOutcome = z.infer<typeof fireOutcome>;

export const triggerFire = z.object({
  id: z.int(),
  /** What the fire stands for: a time, the id of an event or call, a file. */
  slot: z.string(),
  dueAt: isoTime,
  firedAt: isoTime,
  outcome: fireOutcome,
  reason: z.string().nullable(),
  runId: uuid.nullable(),
  /** Null where the run was removed since. */
  runStatus: runStatus.nullable(),
  /** More than one where it stands for a span of missed slots; null where they were too many to count. */
  slots: z.int().nullable(),
  backfillId: uuid.nullable(),
});
export type TriggerFire = z.infer<typeof triggerFire>;

export const triggerSummary = z.object({
  id: uuid,
  pipelineId: uuid,
  pipelineName: z.string(),
  name: z.string(),
  config: triggerConfig,
  parameters: parameterValues,
  environment,
  /** `document`: it stands in the pipeline's document as `schedule`, and is edited there. */
  origin: z.enum(['document', 'own']),
  pausedAt: isoTime.nullable(),
  startAt: isoTime.nullable(),
  endAt: isoTime.nullable(),
  nextFireAt: isoTime.nullable(),
  /** Why it cannot fire as it is; null where nothing is wrong. */
  problem: z.string().nullable(),
  lastFire: triggerFire.nullable(),
  /** Fires that wait for an earlier run to end. */
  waiting: z.int(),
  /** Where calls are sent to; webhook triggers only. */
  hookPath: z.string().nullable(),
  createdAt: isoTime,
  updatedAt: isoTime,
});
export type TriggerSummary = z.infer<typeof triggerSummary>;

const settingsOfTrigger = z.object({
  name: z.string().trim().min(1).max(200),
  config: triggerConfig,
  parameters: parameterValues.default({}),
  environment: environment.default('live'),
  startAt: isoTime.nullable().default(null),
  endAt: isoTime.nullable().default(null),
});

export const backfill = z.object({
  id: uuid,
  triggerId: uuid,
  from: isoTime,
  to: isoTime,
  status: z.enum(['running', 'paused', 'stopped', 'done']),
  parallel: z.int(),
  /** Leaves out slots that a run succeeded for. */
  skipDone: z.boolean(),
  total: z.int(),
  /** Slots that were decided: started, or passed over. */
  done: z.int(),
  /** Of its runs: those not ended, and how the others ended. */
  active: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  createdAt: isoTime,
  updatedAt: isoTime,
});
export type Backfill = z.infer<typeof backfill>;

const byId = z.object({ id: uuid });
/** From the first instant up to, not with, the last. */
const range = z.object({ triggerId: uuid, from: isoTime, to: isoTime, skipDone: z.boolean().default(false) });

export const triggersContract = {
  list: oc
    .input(z.object({ pipelineId: uuid.optional(), kind: triggerKind.optional() }).default({}))
    .output(z.array(triggerSummary)),
  get: oc.input(byId).output(triggerSummary),
  /** The only answer that holds the secret of a webhook trigger; null for the other kinds. */
  create: oc
    .input(settingsOfTrigger.extend({ pipelineId: uuid }))
    .output(triggerSummary.extend({ secret: z.string().nullable() })),
  /** A trigger keeps its kind. One that stands in a document is refused: edit the document. */
  update: oc.input(settingsOfTrigger.extend({ id: uuid })).output(triggerSummary),
  pause: oc.input(byId).output(triggerSummary),
  resume: oc.input(byId).output(triggerSummary),
  remove: oc.input(byId).output(z.object({})),
  /** The next fires of a schedule that need not be saved, and the schedule in words. */
  preview: oc
    .input(
      z.object({
        cron: z.string().max(200),
        timezone: z.string().max(64).default('UTC'),
        startAt: isoTime.nullable().default(null),
        endAt: isoTime.nullable().default(null),
        count: z.int().min(1).max(50).default(10),
      }),
    )
    .output(
      z.object({
        problem: z.object({ field: z.enum(['cron', 'timezone']), message: z.string() }).nullable(),
        words: z.string(),
        next: z.array(isoTime),
      }),
    ),
  /** Newest first. `before` is the id of the last row of the page before. */
  fires: oc
    .input(
      z.object({
        id: uuid,
        before: z.int().optional(),
        limit: z.int().min(1).max(500).default(50),
        backfillId: uuid.optional(),
      }),
    )
    .output(z.object({ fires: z.array(triggerFire), next: z.int().nullable() })),
  /** Starts a run now, as the trigger would, whatever its times and pauses are. */
  runNow: oc.input(byId).output(triggerFire),
  /** What a fire would do now. Nothing is started or written. */
  test: oc.input(byId).output(
    z.object({
      slot: z.string(),
      outcome: fireOutcome,
      reason: z.string().nullable(),
      parameters: parameterValues,
      problem: z.string().nullable(),
    }),
  ),
  /** A new secret; calls with the old one are taken for the overlap. The only answer that holds it. */
  rotateSecret: oc
    .input(byId.extend({ overlapHours: z.int().min(0).max(168).default(24) }))
    .output(z.object({ secret: z.string() })),
  status: oc.input(z.object({}).default({})).output(
    z.object({
      /** Of the machine that runs the scheduler. */
      now: isoTime,
      aliveSince: isoTime.nullable(),
      lastCheckAt: isoTime.nullable(),
      nextFireAt: isoTime.nullable(),
      /** Why the last check failed; null where it did not. */
      problem: z.string().nullable(),
      active: z.int(),
      paused: z.int(),
    }),
  ),
  /** How many runs a backfill would start. */
  countBackfill: oc
    .input(range)
    .output(
      z.object({ total: z.int(), leftOut: z.int(), first: isoTime.nullable(), last: isoTime.nullable() }),
    ),
  startBackfill: oc.input(range.extend({ parallel: z.int().min(1).max(16).default(1) })).output(backfill),
  backfills: oc.input(z.object({ triggerId: uuid })).output(z.array(backfill)),
  pauseBackfill: oc.input(byId).output(backfill),
  resumeBackfill: oc.input(byId).output(backfill),
  /** No further slot is started, and its queued runs are cancelled; running ones go on. */
  stopBackfill: oc.input(byId).output(backfill),
};

export type TriggerSettings = z.output<typeof settingsOfTrigger>;
