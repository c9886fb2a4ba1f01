import type { BulkAction, BulkProgress, RunSelection } from '../../shared/contract/history.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { SelectedRun, SelectionCount } from '../store/run-history-repository.ts';
import { createPortions, nextTurn, type PortionSizes } from './portions.ts';
import type { ServiceContext } from './service-context.ts';

/** What a caller does to one run; a SluiceError says why it could not. */
export interface BulkActs {
  cancel(runId: string): void;
  retry(runId: string): void;
  again(runId: string): void;
  remove(runIds: readonly string[]): void;
  /** After each commit of some of them. */
  afterSome(): void;
}

export interface BulkRequest {
  readonly selection: RunSelection;
  readonly action: BulkAction;
  readonly label?: string | undefined;
}

/** Runs looked at in one turn of the event loop where a filter has no index. */
const lookedAt = { least: 250, most: 10_000 };
/** Runs of one commit. */
const labelled = { least: 20, most: 500 };
const together: Record<BulkAction, PortionSizes> = {
  cancel: { least: 5, most: 50 },
  retry: { least: 2, most: 25 },
  again: { least: 2, most: 25 },
  remove: { least: 5, most: 100 },
  label: labelled,
  unlabel: labelled,
};
const progressMilliseconds = 100;
const mostLabels = 20;
/** Label changes that can be taken back. */
const undosKept = 5;

const refusals = {
  ended: 'It has ended already.',
  active: 'It still waits or runs.',
  succeeded: 'It succeeded: there is nothing to retry.',
  pinned: 'It is pinned. Unpin it first.',
  labelled: 'It has the label already.',
  not_labelled: 'It does not have the label.',
  too_many_labels: `It has ${mostLabels} labels already.`,
} as const;
type Refusal = keyof typeof refusals;

interface LabelChange {
  readonly label: string;
  readonly added: boolean;
  readonly seqs: number[];
}

/** One thing done to many runs, by selection, in small commits between which everything else goes on. */
export function createRunBulk(context: ServiceContext) {
  const { store } = context;
  const { history } = store;
  const undos = new Map<string, LabelChange>();

  async function count(selection: RunSelection, signal?: AbortSignal): Promise<SelectionCount> {
    const sum = { total: 0, active: 0, retriable: 0, ended: 0, pinned: 0 };
    const newest = history.newestSeq();
    const portions = createPortions(lookedAt);
    for (let from = 0; from < newest; ) {
      signal?.throwIfAborted();
      const upTo = Math.min(newest, from + portions.size);
      const part = portions.measure(() => history.count(selection, from, upTo));
      for (const name of Object.keys(sum) as (keyof SelectionCount)[]) sum[name] += part[name];
      from = upTo;
      await nextTurn();
    }
    return sum;
  }

  /** Newest first, those that were there when it began, `atOnce` at most at once. */
  async function* select(selection: RunSelection, atOnce: () => number, signal?: AbortSignal) {
    const portions = createPortions(lookedAt);
    for (let upTo = history.newestSeq(); upTo > 0; ) {
      signal?.throwIfAborted();
      const size = atOnce();
      const newest = upTo;
      const from = Math.max(0, upTo - portions.size);
      const runs = portions.measure(() => history.list(selection, from, newest, size));
      if (runs.length > 0) yield runs;
      upTo = runs.length < size ? from : (runs.at(-1)?.seq ?? 1) - 1;
      await nextTurn();
    }
  }

  function setLabel(run: SelectedRun, label: string, add: boolean): Refusal | undefined {
    const has = run.labels.includes(label);
    if (has === add) return add ? 'labelled' : 'not_labelled';
    if (add && run.labels.length >= mostLabels) return 'too_many_labels';
    history.setLabels(run.seq, add ? [...run.labels, label] : run.labels.filter((each) => each !== label));
    return undefined;
  }

  function act(run: SelectedRun, { action, label = '' }: BulkRequest, acts: BulkActs): Refusal | undefined {
    const refusal = refusalOf(run, action);
    if (refusal) return refusal;
    if (action === 'label' || action === 'unlabel') return setLabel(run, label, action === 'label');
    if (action === 'remove') acts.remove([run.id]);
    else acts[action](run.id);
    return undefined;
  }

  async function* bulk(
    request: BulkRequest,
    acts: BulkActs,
    signal?: AbortSignal,
  ): AsyncGenerator<BulkProgress> {
    const { action, label = '' } = request;
    const { total } = await count(request.selection, signal);
    const tally = createTally(total);
    const seqs: number[] = [];
    let told = context.clock.now();
    const portions = createPortions(together[action]);
    for await (const runs of select(request.selection, () => portions.size, signal)) {
      const changed = portions.measure(() =>
        store.write(() =>
          runs.filter((run) => tally.attempt(() => act(run, request, acts))).map(({ seq }) => seq),
        ),
      );
      if (action === 'label' || action === 'unlabel') seqs.push(...changed);
      if (changed.length > 0) {
        context.announce({ type: 'runs.changed' });
        acts.afterSome();
      }
      if (tally.queueIsFull()) {
        tally.skipRest();
        break;
      }
      if (context.clock.now() - told < progressMilliseconds) continue;
      told = context.clock.now();
      yield tally.progress();
    }
    const undoId = seqs.length > 0 ? keepUndo({ label, added: action === 'label', seqs }) : null;
    yield { ...tally.progress(), finished: true, undoId };
  }

  function keepUndo(change: LabelChange): string {
    const id = context.newId();
    undos.set(id, change);
    const oldest = undos.keys().next().value;
    if (undos.size > undosKept && oldest !== undefined) undos.delete(oldest);
    return id;
  }

  async function undo(undoId: string): Promise<{ changed: number }> {
    const change = undos.get(undoId);
    if (!change) throw new SluiceError('not_found', { what: 'change that can be taken back', id: undoId });
    undos.delete(undoId);
    let changed = 0;
    const portions = createPortions(labelled);
    for (let at = 0; at < change.seqs.length; ) {
      const some = change.seqs.slice(at, at + portions.size);
      changed += portions.measure(() =>
        store.write(() => some.filter((seq) => takeBack(seq, change)).length),
      );
      at += some.length;
      context.announce({ type: 'runs.changed' });
      await nextTurn();
    }
    return { changed };
  }

  function takeBack(seq: number, { label, added }: LabelChange): boolean {
    const labels = history.labelsOf(seq);
    if (!labels || labels.includes(label) !== added) return false;
    history.setLabels(seq, added ? labels.filter((each) => each !== label) : [...labels, label]);
    return true;
  }

  return {
    async count(selection: RunSelection, signal?: AbortSignal) {
      const { total, active, retriable, ended, pinned } = await count(selection, signal);
      return { total, cancel: active, retry: retriable, again: total, remove: ended, pinned };
    },
    bulk,
    undo,
  };
}

function refusalOf(run: SelectedRun, action: BulkAction): Refusal | undefined {
  const active = run.status === 'queued' || run.status === 'running';
  if (action === 'cancel') return active ? undefined : 'ended';
  if (action === 'retry') return active ? 'active' : run.status === 'succeeded' ? 'succeeded' : undefined;
  if (action !== 'remove') return undefined;
  if (active) return 'active';
  return run.pinned ? 'pinned' : undefined;
}

/** What became of the runs so far. */
function createTally(total: number) {
  const skipped = new Map<string, { message: string; count: number }>();
  let done = 0;
  let changed = 0;
  const skip = (code: string, message: string, count = 1): void => {
    skipped.set(code, { message, count: (skipped.get(code)?.count ?? 0) + count });
  };
  return {
    /** True when it did something. What a run refuses is counted; any other failure ends the whole. */
    attempt(work: () => Refusal | undefined): boolean {
      done += 1;
      try {
        const refusal = work();
        if (refusal) skip(refusal, refusals[refusal]);
        else changed += 1;
        return refusal === undefined;
      } catch (error) {
        if (!(error instanceof SluiceError) || error.code === 'disk_full' || error.code === 'stopping')
          throw error;
        skip(error.code, error.message);
        return false;
      }
    },
    queueIsFull: () => skipped.has('queue_full'),
    /** A full queue refuses all that would follow as well. */
    skipRest(): void {
      const rest = Math.max(0, total - done);
      if (rest > 0) skip('queue_full', skipped.get('queue_full')?.message ?? '', rest);
      done += rest;
    },
    progress: (): BulkProgress => ({
      total: Math.max(total, done),
      done,
      changed,
      skipped: [...skipped].map(([code, entry]) => ({ code, ...entry })),
      finished: false,
      undoId: null,
    }),
  };
}
