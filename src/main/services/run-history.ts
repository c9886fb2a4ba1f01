import type { RunSummary } from '../../shared/contract/domain.ts';
import type { RunFilter } from '../../shared/contract/runs.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import { topologicalOrder } from '../../shared/pipeline/graph.ts';
import type { StepCell } from '../store/run-history-repository.ts';
import type { EventBus } from './event-bus.ts';
import { createLogFollower } from './log-follower.ts';
import type { LogReader } from './log-reader.ts';
import { nextTurn } from './portions.ts';
import { createRunBulk } from './run-bulk.ts';
import { createRunSearches } from './run-searches.ts';
import type { ServiceContext } from './service-context.ts';
import type { RunListInput, RunsService } from './service-types.ts';

export interface RunHistoryParts {
  readonly events: EventBus;
  readonly reader: LogReader;
  readonly runs: Pick<RunsService, 'list'>;
  /** Writes what is buffered of steps and logs. */
  readonly flush: () => void;
  readonly kindTitle: (kind: string) => string | undefined;
}

const labelsShown = 200;
/** A total stays good this long for the pages after the first. */
const totalMilliseconds = 10_000;

export type RunHistory = ReturnType<typeof createRunHistory>;

/** Questions about many runs: the list with its totals, bulk actions, saved searches, and a pipeline's past. */
export function createRunHistory(context: ServiceContext, parts: RunHistoryParts) {
  const { store } = context;
  const { history } = store;
  const bulk = createRunBulk(context);
  const searches = createRunSearches(context);
  const totals = new Map<string, { total: number; at: number }>();

  /** Pages after the first repeat the total of a moment ago: counting again for each would cost more than the page. */
  async function total(filter: RunFilter, firstPage: boolean, signal?: AbortSignal): Promise<number> {
    const key = JSON.stringify(filter);
    const known = totals.get(key);
    if (!firstPage && known && context.clock.now() - known.at < totalMilliseconds) return known.total;
    const counted = (await bulk.count({ filter }, signal)).total;
    if (totals.size > 100) totals.clear();
    totals.set(key, { total: counted, at: context.clock.now() });
    return counted;
  }

  return {
    ...bulk,
    searches,
    followLogs: createLogFollower(context, parts.events, parts.reader, parts.flush),

    /** A page of runs; their number is counted beside it, in pieces. */
    async list(input: RunListInput, signal?: AbortSignal) {
      const { cursor, limit: _limit, ...filter } = input;
      const page = parts.runs.list(input);
      await nextTurn();
      return { ...page, total: await total(filter, cursor === undefined, signal) };
    },

    labels: () => history.labelsInUse(labelsShown),

    grid(pipelineId: string, limit: number) {
      parts.flush();
      const pipeline = store.pipelines.find(pipelineId);
      if (!pipeline) throw new SluiceError('not_found', { what: 'pipeline', id: pipelineId });
      const runs = store.runs.list({ pipelineId }, undefined, limit);
      const cells = cellsByRun(history.cells(runs.map(({ seq }) => seq)));
      const revisions = [...new Set([pipeline.revision, ...runs.map(({ revision }) => revision)])];
      const documents = revisions.flatMap((revision) => store.revisions.document(pipelineId, revision) ?? []);
      return {
        pipelineName: pipeline.name,
        nodes: nodesOf(documents, parts.kindTitle),
        runs: runs.map(({ seq, ...run }) => ({ ...gridRun(run), cells: cells.get(seq) ?? [] })),
      };
    },

    async calendar(pipelineId: string | undefined, days: readonly string[], signal?: AbortSignal) {
      const answer = [];
      for (const [at, from] of days.slice(0, -1).entries()) {
        signal?.throwIfAborted();
        const day = { from, queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 };
        const until = days[at + 1] ?? from;
        for (const { status, runs } of history.statuses(pipelineId, from, until)) day[status] = runs;
        answer.push(day);
        if (at % 10 === 9) await nextTurn();
      }
      return answer;
    },

    load: () => ({
      running: store.runs.running().map(({ id, pipelineId, pipelineName, lane, startedAt }) => ({
        runId: id,
        pipelineId,
        pipelineName,
        lane,
        startedAt,
      })),
      waiting: history.waiting(context.now()),
    }),
  };
}

function gridRun(run: Omit<RunSummary, never>) {
  const { id, status, attempt, revision, queuedAt, startedAt, finishedAt, rowsWritten, error } = run;
  return { id, status, attempt, revision, queuedAt, startedAt, finishedAt, rowsWritten, error };
}

function cellsByRun(cells: readonly StepCell[]) {
  const byRun = new Map<number, Omit<StepCell, 'seq'>[]>();
  for (const { seq, ...cell } of cells) {
    const known = byRun.get(seq);
    if (known) known.push(cell);
    else byRun.set(seq, [cell]);
  }
  return byRun;
}

/** The steps of the newest revision in order of its graph; behind them those that only older ones had. */
function nodesOf(documents: readonly PipelineDocument[], kindTitle: (kind: string) => string | undefined) {
  const nodes = new Map<string, { nodeId: string; title: string; kind: string; current: boolean }>();
  for (const [at, document] of documents.entries()) {
    const byId = new Map(document.nodes.map((node) => [node.id, node]));
    for (const nodeId of topologicalOrder(document)) {
      const node = byId.get(nodeId);
      if (!node || nodes.has(nodeId)) continue;
      const title = node.title ?? kindTitle(node.kind) ?? node.kind;
      nodes.set(nodeId, { nodeId, title, kind: node.kind, current: at === 0 });
    }
  }
  return [...nodes.values()];
}
