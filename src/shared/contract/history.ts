import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import { isoTime } from '../kernel/time.ts';
import { environment, errorReport, logEntry, logLevel, runStatus, runTrigger, stepStatus } from './domain.ts';
import { runFilter, runState } from './runs.ts';

/** Runs in bulk: those named, or all that fit a filter when the call arrives. */
export const runSelection = z.union([
  z.object({ ids: z.array(uuid).min(1).max(10_000) }),
  z.object({ filter: runFilter }),
]);
export type RunSelection = z.infer<typeof runSelection>;

export const bulkAction = z.enum(['cancel', 'retry', 'again', 'remove', 'label', 'unlabel']);
export type BulkAction = z.infer<typeof bulkAction>;

export const runLabel = z.string().trim().min(1).max(60);

/** What one action did so far to a selection. The last event of a call is `finished`. */
export const bulkProgress = z.object({
  /** Runs of the selection, and those looked at so far. */
  total: z.int(),
  done: z.int(),
  changed: z.int(),
  /** Those left alone, by the reason's code, with one sentence of each reason. */
  skipped: z.array(z.object({ code: z.string(), message: z.string(), count: z.int() })),
  finished: z.boolean(),
  /** Takes the labels back, where that is possible. */
  undoId: uuid.nullable(),
});
export type BulkProgress = z.infer<typeof bulkProgress>;

/** What a saved search looks for. Times may be relative, so that "failed in the last day" stays true tomorrow. */
export const runQuery = z.object({
  search: z.string().max(200).optional(),
  states: z.array(runState).optional(),
  pipelineId: uuid.optional(),
  trigger: runTrigger.optional(),
  triggerId: uuid.optional(),
  label: runLabel.optional(),
  environment: environment.optional(),
  pinned: z.boolean().optional(),
  last: z.enum(['hour', 'day', 'week', 'month']).optional(),
  /** Local days, as a date field gives them: 2026-11-01. Both belong to the range. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
});
export type RunQuery = z.infer<typeof runQuery>;

export const savedSearch = z.object({ id: uuid, name: z.string().trim().min(1).max(60), query: runQuery });
export type SavedSearch = z.infer<typeof savedSearch>;

const gridRun = z.object({
  id: uuid,
  status: runStatus,
  attempt: z.int(),
  revision: z.int(),
  queuedAt: isoTime,
  startedAt: isoTime.nullable(),
  finishedAt: isoTime.nullable(),
  rowsWritten: z.int().nullable(),
  error: errorReport.nullable(),
});
const gridCell = z.object({
  nodeId: z.string(),
  status: stepStatus,
  rows: z.int().nullable(),
  milliseconds: z.number().nullable(),
});

export const historyContract = {
  /** How many runs a selection has, and to how many of them each action would do something. */
  count: oc.input(runSelection).output(
    z.object({
      total: z.int(),
      cancel: z.int(),
      retry: z.int(),
      again: z.int(),
      remove: z.int(),
      /** Pinned runs, which `remove` leaves alone. */
      pinned: z.int(),
    }),
  ),
  /**
   * Does one thing to many runs, a few at a time, and tells how far it is. Runs that were accepted after the call began
   * are not part of it. Leaving the stream stops it between two runs: what is done stays done.
   */
  bulk: oc
    .input(
      z
        .object({ selection: runSelection, action: bulkAction, label: runLabel.optional() })
        .refine(
          ({ action, label }) => (action === 'label' || action === 'unlabel') === (label !== undefined),
          { message: 'A label is given with the actions label and unlabel, and only with them.' },
        ),
    )
    .output(eventIterator(bulkProgress)),
  /** Takes back what a `label` or `unlabel` changed. Only the newest few can be taken back, until Sluice stops. */
  undo: oc.input(z.object({ undoId: uuid })).output(z.object({ changed: z.int() })),

  /** Labels in use, the most used first. */
  labels: oc.input(z.object({}).default({})).output(z.array(z.object({ label: z.string(), runs: z.int() }))),
  searches: oc.input(z.object({}).default({})).output(z.array(savedSearch)),
  saveSearch: oc
    .input(z.object({ id: uuid.optional(), name: z.string().trim().min(1).max(60), query: runQuery }))
    .output(savedSearch),
  removeSearch: oc.input(z.object({ id: uuid })).output(z.object({ removed: z.boolean() })),
  /** Puts the searches in this order; those left out follow. */
  orderSearches: oc.input(z.object({ ids: z.array(uuid).max(200) })).output(z.array(savedSearch)),

  /** The last runs of a pipeline with the state of each of their steps; newest first. */
  grid: oc.input(z.object({ pipelineId: uuid, limit: z.int().min(1).max(200).default(40) })).output(
    z.object({
      pipelineName: z.string(),
      /** Steps of the newest revision in order of the graph, then those that only older runs had. */
      nodes: z.array(
        z.object({ nodeId: z.string(), title: z.string(), kind: z.string(), current: z.boolean() }),
      ),
      runs: z.array(gridRun.extend({ cells: z.array(gridCell) })),
    }),
  ),
  /** Runs by day and end. `days` are the instants at which days begin where the reader is; the last one ends the last day. */
  calendar: oc
    .input(z.object({ pipelineId: uuid.optional(), days: z.array(isoTime).min(2).max(400) }))
    .output(
      z.array(
        z.object({
          from: isoTime,
          queued: z.int(),
          running: z.int(),
          succeeded: z.int(),
          failed: z.int(),
          cancelled: z.int(),
        }),
      ),
    ),
  /** What keeps the slots busy and what waits, by pipeline and lane. */
  load: oc.input(z.object({}).default({})).output(
    z.object({
      running: z.array(
        z.object({
          runId: uuid,
          pipelineId: uuid,
          pipelineName: z.string(),
          lane: z.string(),
          startedAt: isoTime.nullable(),
        }),
      ),
      waiting: z.array(
        z.object({
          pipelineId: uuid,
          pipelineName: z.string(),
          lane: z.string(),
          runs: z.int(),
          /** Of these, waiting for their next attempt or their time. */
          notYet: z.int(),
          since: isoTime,
        }),
      ),
    }),
  ),

  /**
   * The lines of a run, oldest first, and with `follow` those to come until the run has ended. Each event's id is its
   * line's: a reader that was cut off asks again with the last one and misses and repeats nothing.
   */
  followLogs: oc
    .input(
      z.object({
        runId: uuid,
        /** Lines after this one; the event id of a resumed stream comes first. */
        after: z.int().min(0).optional(),
        since: isoTime.optional(),
        /** Begins with the last so many lines that fit. */
        tail: z.int().min(0).max(100_000).optional(),
        level: logLevel.optional(),
        nodeId: z.string().optional(),
        attempt: z.int().min(1).optional(),
        search: z.string().optional(),
        follow: z.boolean().default(true),
      }),
    )
    .output(eventIterator(logEntry)),
};
