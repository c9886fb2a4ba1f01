import type { RunSummary } from '../../../../shared/contract/domain.ts';
import type { RunsService } from '../../../services/service-types.ts';

/** Of a job whose pipeline never ran: what a simple one takes here. */
const guess: Pace = { fixed: 200, perRow: 0.01 };
/** Runs that a pipeline's pace is taken from, and for how long it is taken for known. */
const lastRuns = 5;
const freshMilliseconds = 2000;
const remembered = 500;

/** Milliseconds that a run takes. */
interface Pace {
  readonly fixed: number;
  readonly perRow: number;
}

export interface EtaPorts {
  readonly runs: Pick<RunsService, 'list' | 'queuedCount'>;
  /** How many runs are executed at a time. */
  concurrentRuns(): number;
  now(): number;
}

/** How long a job will take, by what the last runs of its pipeline took and how many jobs wait before it. */
export class EtaBook {
  readonly #ports: EtaPorts;
  readonly #paces = new Map<string, { readonly pace: Pace; readonly at: number }>();

  constructor(ports: EtaPorts) {
    this.#ports = ports;
  }

  /** Whole seconds, at least one. `queued` jobs wait, this one among them. */
  seconds(pipelineId: string, records: number, queued = this.#ports.runs.queuedCount()): number {
    const { fixed, perRow } = this.#paceOf(pipelineId);
    const own = fixed + perRow * records;
    const waiting = (Math.max(0, queued - 1) * own) / Math.max(1, this.#ports.concurrentRuns());
    return Math.max(1, Math.ceil((waiting + own) / 1000));
  }

  #paceOf(pipelineId: string): Pace {
    const now = this.#ports.now();
    const known = this.#paces.get(pipelineId);
    if (known && now - known.at < freshMilliseconds) return known.pace;
    const { runs } = this.#ports.runs.list({ pipelineId, states: ['succeeded'], limit: lastRuns });
    const pace = paceOf(runs);
    this.#paces.set(pipelineId, { pace, at: now });
    const [oldest] = this.#paces.keys();
    if (this.#paces.size > remembered && oldest !== undefined) this.#paces.delete(oldest);
    return pace;
  }
}

/**
 * A straight line through the smallest and the largest of the runs: what each costs whatever its size, and what a row
 * costs. Runs of about one size say nothing of rows, so the rest of the time is put down to them.
 */
export function paceOf(runs: readonly RunSummary[]): Pace {
  const measured = runs
    .map((run) => ({ rows: run.rowsRead ?? 0, took: tookOf(run) }))
    .sort((left, right) => left.rows - right.rows);
  const [small] = measured;
  const large = measured.at(-1);
  if (!small || !large) return guess;
  if (large.rows >= 2 * Math.max(small.rows, 1)) {
    const perRow = Math.max(0, (large.took - small.took) / (large.rows - small.rows));
    return { fixed: Math.max(0, small.took - perRow * small.rows), perRow };
  }
  const fixed = Math.min(guess.fixed, small.took);
  return { fixed, perRow: large.rows === 0 ? guess.perRow : Math.max(0, large.took - fixed) / large.rows };
}

const tookOf = ({ startedAt, finishedAt }: RunSummary): number =>
  startedAt !== null && finishedAt !== null ? Date.parse(finishedAt) - Date.parse(startedAt) : 0;
