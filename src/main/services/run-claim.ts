import type { RunDetail } from '../../shared/contract/domain.ts';
import { assert } from '../../shared/kernel/assert.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { Occupied, QueueHead, RunsRepository, StoredRun } from '../store/runs-repository.ts';
import { type ClaimOptions, windowPriority } from './engine-ports.ts';
import type { RunDocuments } from './run-documents.ts';
import type { ServiceContext } from './service-context.ts';

/** Runs of one pipeline at a time where its document does not say. */
const defaultLimit = 4;
/** Lanes whose last turn is remembered; forgetting one only lets it go first once. */
const rememberedLanes = 10_000;

export interface ClaimableRun {
  readonly run: StoredRun;
  readonly document: PipelineDocument;
}

export interface ClaimPicker {
  /** The run that is to start next, or undefined. Reads only. */
  pick(now: string, options: ClaimOptions): ClaimableRun | undefined;
  /** The run was claimed: its lane has had its turn. */
  took(run: StoredRun): void;
  /** Whether the last look turned this run's place down because of what it writes. */
  heldBack(run: StoredRun): boolean;
  /** Whether the run's pipeline has as many running as it may. */
  pipelineFull(
    run: Pick<StoredRun, 'pipelineId' | 'priority'>,
    document: PipelineDocument,
    occupied?: readonly Occupied[],
  ): boolean;
}

/**
 * Who is next. Runs wait in places, one a priority, lane and pipeline, each in the order of acceptance. The highest
 * priority goes first; within it the lane with the fewest running runs, then the one served least recently, then the
 * oldest run. So a lane with a thousand runs delays another lane by the run under way and no more.
 */
export function createClaimPicker(runs: RunsRepository, documents: RunDocuments): ClaimPicker {
  const served = new Map<string, number>();
  const held = new Set<string>();
  let turns = 0;

  function pipelineFull(
    run: Pick<StoredRun, 'pipelineId' | 'priority'>,
    { concurrency }: PipelineDocument,
    occupied: readonly Occupied[] = runs.occupied(),
  ): boolean {
    const running = occupied.filter(({ pipelineId }) => pipelineId === run.pipelineId).length;
    // The default keeps bursts apart and lets a person's run pass them; a limit that is written holds for all.
    const passing = concurrency === undefined && run.priority >= windowPriority ? 1 : 0;
    return running >= (concurrency?.limit ?? defaultLimit) + passing;
  }

  function startable(head: QueueHead, occupied: readonly Occupied[], { mayStart }: ClaimOptions) {
    const newest = documents.of(head.pipelineId, head.revision)?.document;
    assert(newest, `pipeline ${head.pipelineId} has lost its revision ${head.revision}`);
    if (pipelineFull(head, newest, occupied)) return undefined;
    const run = runs.findBySeq(head.seq);
    if (!run) return undefined;
    const document = documents.ofRun(run);
    const { environment, upTo } = run;
    if (!mayStart || mayStart({ document, environment, upTo: upTo ?? undefined })) return { run, document };
    held.add(placeOf(run));
    return undefined;
  }

  function inTurn(heads: readonly QueueHead[], occupied: readonly Occupied[], options: ClaimOptions) {
    const busy = new Map<string, number>();
    for (const { lane } of occupied) busy.set(lane, (busy.get(lane) ?? 0) + 1);
    const busyOf = ({ lane }: QueueHead): number => busy.get(lane) ?? 0;
    const servedAt = ({ lane }: QueueHead): number => served.get(lane) ?? 0;
    return heads
      .filter((head) => busyOf(head) < (options.perLane?.(head.lane) ?? Number.POSITIVE_INFINITY))
      .sort((a, b) => busyOf(a) - busyOf(b) || servedAt(a) - servedAt(b) || a.seq - b.seq);
  }

  return {
    pick(now, options) {
      held.clear();
      const least = options.leastPriority ?? Number.MIN_SAFE_INTEGER;
      let priority = runs.nextPriority(Number.MAX_SAFE_INTEGER, least);
      if (priority === undefined) return undefined;
      const occupied = runs.occupied();
      for (; priority !== undefined; priority = runs.nextPriority(priority, least)) {
        for (const head of inTurn(runs.queueHeads(priority, now), occupied, options)) {
          const next = startable(head, occupied, options);
          if (next) return next;
        }
      }
      return undefined;
    },
    took({ lane }) {
      if (served.size >= rememberedLanes) served.clear();
      turns += 1;
      served.set(lane, turns);
    },
    heldBack: (run) => held.has(placeOf(run)),
    pipelineFull,
  };
}

/** Says why a queued run does not start yet; null when nothing holds it back any more. */
export function createWaitReason({ store, now }: ServiceContext, picker: ClaimPicker, slots: () => number) {
  return (run: StoredRun, document: PipelineDocument): RunDetail['waitsFor'] => {
    if (run.notBefore !== null && run.notBefore > now()) return 'time';
    const occupied = store.runs.occupied();
    if (picker.pipelineFull(run, document, occupied)) return 'pipeline';
    if (picker.heldBack(run)) return 'dataset';
    return occupied.length >= slots() ? 'slot' : null;
  };
}

const placeOf = ({ priority, lane, pipelineId }: StoredRun): string => `${priority} ${pipelineId} ${lane}`;
