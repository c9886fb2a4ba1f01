import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import { logEntry, runStep, runSummary } from './domain.ts';

/** Everything the core announces while it works. One stream; a window filters what it shows. */
export const appEvent = z.discriminatedUnion('type', [
  /** A run was accepted, moved, or ended: carries the row of the run list. */
  z.object({ type: z.literal('run.changed'), run: runSummary }),
  z.object({ type: z.literal('run.steps'), runId: uuid, pipelineId: uuid, steps: z.array(runStep) }),
  z.object({ type: z.literal('run.logged'), runId: uuid, entries: z.array(logEntry) }),
  z.object({ type: z.literal('run.removed'), runId: uuid }),
  /** Many runs changed at once: lists of runs ask again. */
  z.object({ type: z.literal('runs.changed') }),
  z.object({
    type: z.literal('pipeline.changed'),
    pipelineId: uuid,
    revision: z.int(),
    change: z.enum(['created', 'saved', 'renamed', 'removed', 'restored']),
    /** Which window or program did it, so that a window can tell its own echo. */
    author: z.string(),
  }),
  z.object({
    type: z.literal('dataset.changed'),
    datasetId: uuid,
    change: z.enum(['published', 'renamed', 'removed', 'pinned', 'pruned']),
  }),
  z.object({
    type: z.literal('key.changed'),
    keyId: uuid,
    change: z.enum(['created', 'updated', 'rotated', 'revoked']),
  }),
  /** An app asks for access, was answered, or was revoked: requests and apps are to be asked for again. */
  z.object({ type: z.literal('oauth.changed') }),
  z.object({
    type: z.literal('source.changed'),
    sourceId: uuid,
    change: z.enum(['created', 'updated', 'tested', 'removed']),
  }),
  /** Requests came in by a door; told at most twice a second. */
  z.object({ type: z.literal('requests.changed') }),
  z.object({
    type: z.literal('webhook.changed'),
    webhookId: uuid,
    change: z.enum(['created', 'updated', 'paused', 'resumed', 'rotated', 'removed']),
    /** Where Sluice itself paused it: for the person who has not asked. */
    automatic: z.object({ name: z.string(), reason: z.string() }).optional(),
  }),
  /** Deliveries of a webhook were added or moved on; told once for many. */
  z.object({ type: z.literal('delivery.changed'), webhookId: uuid }),
  /** A schedule or trigger was made, changed, fired or could not start its run; lists of them are to be asked for again. */
  z.object({
    type: z.literal('trigger.changed'),
    triggerId: uuid,
    change: z.enum(['created', 'updated', 'removed', 'fired', 'failed']),
  }),
  z.object({ type: z.literal('settings.changed') }),
  /** A clean-up ended, or a channel of notices sent or failed. */
  z.object({ type: z.literal('retention.swept') }),
  z.object({ type: z.literal('notices.changed') }),
  /** The slots of the engine: what runs now, what waits. */
  z.object({ type: z.literal('engine.load'), running: z.int(), queued: z.int(), slots: z.int() }),
]);
export type AppEvent = z.infer<typeof appEvent>;
export type AppEventOf<Type extends AppEvent['type']> = Extract<AppEvent, { type: Type }>;
