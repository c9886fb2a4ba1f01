import { oc } from '@orpc/contract';
import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import {
  environment,
  logEntry,
  logLevel,
  parameterValues,
  rowsPage,
  runDetail,
  runMode,
  runStatus,
  runStep,
  runSummary,
} from './domain.ts';

/**
 * What people call the state of a run. It tells more than the status: a queued run that was tried before is retrying,
 * one that Sluice's own end cut off is interrupted, one that was not even begun because another ran is skipped.
 */
export const runState = z.enum([
  'queued',
  'retrying',
  'running',
  'succeeded',
  'failed',
  'interrupted',
  'cancelled',
  'skipped',
]);
export type RunState = z.infer<typeof runState>;

export const runFilter = z.object({
  pipelineId: uuid.optional(),
  /** Of these pipelines alone; none of none. */
  pipelineIds: z.array(uuid).optional(),
  statuses: z.array(runStatus).optional(),
  /** Any of these. `failed` has the interrupted ones too, `cancelled` the skipped ones, `queued` the retrying ones. */
  states: z.array(runState).optional(),
  environment: environment.optional(),
  trigger: z.string().optional(),
  /** Runs that carry this label. */
  label: z.string().optional(),
  /** Started by this schedule or trigger. */
  triggerId: uuid.optional(),
  pinned: z.boolean().optional(),
  search: z.string().optional(),
  /** Queued at or after, before: ISO times. */
  since: z.string().optional(),
  until: z.string().optional(),
});
export type RunFilter = z.infer<typeof runFilter>;

export const runsContract = {
  /** Newest first. `cursor` is the answer's `next` of the page before. */
  list: oc
    .input(runFilter.extend({ cursor: z.string().optional(), limit: z.int().min(1).max(1000).default(100) }))
    .output(z.object({ runs: z.array(runSummary), next: z.string().nullable(), total: z.int() })),
  get: oc.input(z.object({ id: uuid })).output(runDetail),
  /**
   * Accepts a run; the answer comes after it is durable. `document` saves it as a new revision first when it
   * differs from the newest (the window's Run button). `upTo` runs one node and what it needs.
   */
  start: oc
    .input(
      z.object({
        pipelineId: uuid,
        revision: z.int().optional(),
        parameters: parameterValues.default({}),
        mode: runMode.default('fast'),
        environment: environment.default('live'),
        upTo: z.string().optional(),
        labels: z.array(z.string().trim().min(1).max(60)).max(20).optional(),
      }),
    )
    .output(runSummary),
  /** Asks a run to stop; answers with what it is now. Ended runs answer `run_finished`. */
  cancel: oc.input(z.object({ id: uuid })).output(runSummary),
  /** The same revision, parameters and mode once more, as a new run. */
  again: oc
    .input(
      z.object({
        id: uuid,
        /** `same` (the default) runs the revision that ran, `newest` the pipeline as it is now. */
        revision: z.enum(['same', 'newest']).default('same'),
      }),
    )
    .output(runSummary),
  /**
   * A failed or cancelled run once more, as a new run: steps whose rows it kept are reused, the others are executed.
   * A fast run kept none, so all of it is executed. A run that succeeded answers `run_finished`.
   */
  retryFailed: oc.input(z.object({ id: uuid })).output(runSummary),
  /** A new run in which this step and all below it are executed, whatever was kept; what is above is reused where it was kept. */
  runFrom: oc.input(z.object({ id: uuid, nodeId: z.string() })).output(runSummary),
  /** The steps of one attempt. */
  steps: oc.input(z.object({ id: uuid, attempt: z.int().min(1) })).output(z.array(runStep)),
  /** Labels, note and pin of a run; they may change after its end. A field left out stays. */
  annotate: oc
    .input(
      z.object({
        id: uuid,
        labels: z.array(z.string().trim().min(1).max(60)).max(20).optional(),
        note: z.string().max(10_000).nullable().optional(),
        pinned: z.boolean().optional(),
      }),
    )
    .output(runSummary),
  remove: oc.input(z.object({ ids: z.array(uuid).min(1).max(1000) })).output(z.object({ removed: z.int() })),
  /** Oldest first. `after` pages forward, `before` backward from an entry's id; neither starts at the end. */
  logs: oc
    .input(
      z.object({
        runId: uuid,
        after: z.int().optional(),
        before: z.int().optional(),
        attempt: z.int().min(1).optional(),
        level: logLevel.optional(),
        nodeId: z.string().optional(),
        search: z.string().optional(),
        limit: z.int().min(1).max(5000).default(500),
      }),
    )
    .output(z.object({ entries: z.array(logEntry), total: z.int() })),
  /** A file that a run wrote, as it is now: where it lies, and a one-time address to download it. */
  downloadOutput: oc.input(z.object({ id: uuid, nodeId: z.string() })).output(
    z.object({
      /** Absolute. */
      path: z.string(),
      fileName: z.string(),
      bytes: z.int(),
      downloadPath: z.string(),
    }),
  ),
  /** Rows that an inspect run kept for a node. */
  rows: oc
    .input(
      z.object({
        runId: uuid,
        nodeId: z.string(),
        offset: z.int().min(0).default(0),
        limit: z.int().min(1).max(1000).default(200),
      }),
    )
    .output(rowsPage),
};
