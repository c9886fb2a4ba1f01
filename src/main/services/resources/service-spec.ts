import { z } from 'zod';
import { parameterValues } from '../../../shared/contract/domain.ts';
import { resourceNamePattern } from '../../../shared/contract/resources.ts';
import {
  cronConfig,
  fileConfig,
  type TriggerConfig,
  webhookConfig,
} from '../../../shared/contract/triggers.ts';
import { isoTime } from '../../../shared/kernel/time.ts';
import { datasetNameOf, ownDepot, parseAddress } from './flare/address.ts';
import { invalidResource } from './invalid-resource.ts';

const workflowName = z.string().max(100).regex(resourceNamePattern, 'This is not the name of a workflow.');

const cron = cronConfig.omit({ kind: true });

/** What starts the workflow. `path` is where calls go to: it is told, and ignored when it is sent back. */
const trigger = z.discriminatedUnion('type', [
  cron.extend({ type: z.literal('cron') }),
  fileConfig.omit({ kind: true }).extend({ type: z.literal('file') }),
  z.strictObject({
    type: z.literal('dataset'),
    dataset: z.string().min(1).max(1000).meta({ description: 'An address, or the name of a dataset.' }),
  }),
  webhookConfig.omit({ kind: true }).extend({ type: z.literal('webhook'), path: z.string().optional() }),
  z.strictObject({
    type: z.literal('workflow'),
    workflow: workflowName,
    on: z
      .array(z.enum(['succeeded', 'failed', 'cancelled']))
      .min(1)
      .default(['succeeded']),
  }),
]);

export const serviceSpec = z
  .strictObject({
    title: z.string().trim().min(1).max(200).optional(),
    workflow: workflowName.meta({ description: 'The workflow of the same workspace that it starts.' }),
    schedule: cron.optional().meta({ description: 'Short for a trigger of type cron.' }),
    trigger: trigger.optional(),
    parameters: parameterValues.default({}),
    start: isoTime.optional(),
    end: isoTime.optional(),
    paused: z.boolean().default(false),
  })
  .refine((spec) => (spec.schedule === undefined) !== (spec.trigger === undefined), {
    message: 'Give either a schedule or a trigger.',
  });
export type ServiceSpec = z.infer<typeof serviceSpec>;

/** The trigger that a service means; `pipelineOf` knows the workflows of its workspace. */
export function configOf(
  { schedule, trigger: given }: ServiceSpec,
  pipelineOf: (workflow: string, path: string) => string,
): TriggerConfig {
  if (schedule) return { kind: 'cron', ...schedule };
  if (!given) throw invalidResource('service', 'Give either a schedule or a trigger.');
  switch (given.type) {
    case 'dataset':
      return { kind: 'dataset', dataset: datasetOf(given.dataset) };
    case 'workflow':
      return {
        kind: 'pipeline',
        pipelineId: pipelineOf(given.workflow, 'service.trigger.workflow'),
        on: given.on,
      };
    case 'webhook':
      return { kind: 'webhook', perMinute: given.perMinute };
    case 'cron': {
      const { type: _type, ...rest } = given;
      return { kind: 'cron', ...rest };
    }
    case 'file': {
      const { type: _type, ...rest } = given;
      return { kind: 'file', ...rest };
    }
  }
}

function datasetOf(text: string): string {
  if (!text.startsWith('dataos://')) return text;
  const address = parseAddress(text, 'service.trigger.dataset');
  if (address.depot === ownDepot) return datasetNameOf(address);
  throw invalidResource(
    'service.trigger.dataset',
    'Only datasets of this workspace can be watched: dataos://sluice:<collection>/<dataset>.',
  );
}

/** A trigger in the words of a service. */
export function toldTrigger(
  config: TriggerConfig,
  hookPath: string | null,
  workflowOf: (pipelineId: string) => string,
): Record<string, unknown> {
  const { kind, ...rest } = config;
  if (config.kind === 'pipeline')
    return { type: 'workflow', workflow: workflowOf(config.pipelineId), on: config.on };
  return { type: kind, ...rest, ...(hookPath !== null && { path: hookPath }) };
}
