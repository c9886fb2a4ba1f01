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
  runSummary,
} from './domain.ts';

export const runFilter = z.object({
  pipelineId: uuid.optional(),
  statuses: z.array(runStatus).optional(),
  environment: environment.optional(),
  trigger: z.string().optional(),
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
      }),
    )
    .output(runSummary),
  /** Asks a run to stop; answers with what it is now. Ended runs answer `run_finished`. */
  cancel: oc.input(z.object({ id: uuid })).output(runSummary),
  /** The same revision, parameters and mode once more, as a new run. */
  again: oc.input(z.object({ id: uuid })).output(runSummary),
  remove: oc.input(z.object({ ids: z.array(uuid).min(1).max(1000) })).output(z.object({ removed: z.int() })),
  /** Oldest first. `after` pages forward, `before` backward from an entry's id; neither starts at the end. */
  logs: oc
    .input(
      z.object({
        runId: uuid,
        after: z.int().optional(),
        before: z.int().optional(),
        level: logLevel.optional(),
        nodeId: z.string().optional(),
        search: z.string().optional(),
        limit: z.int().min(1).max(5000).default(500),
      }),
    )
    .output(z.object({ entries: z.array(logEntry), total: z.int() })),
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
