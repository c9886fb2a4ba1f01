import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Clock, Timer } from '../platform/clock.ts';
import type { RecordsResult, RecordsTask } from '../runner/protocol.ts';
import { interactiveStopLadder, type Runner } from './runner.ts';
import type { RunnerPool } from './runner-pool.ts';
import { abortError, durationText } from './task-failure.ts';

/** So long a process is kept that nobody asks anything. */
const idleMilliseconds = 5 * 60_000;
const defaultTimeout = 60_000;

/** A process lent by the pool until it is released. */
interface Hold {
  readonly runner: Runner;
  readonly scratch: string;
  release(): void;
}

/**
 * One runner process that does nothing but read records, one task at a time in the order they came. It may read all
 * datasets, so it never goes back to the pool: it is ended when it is idle for long.
 * States: none -> held (first task) -> none (idle, crashed, or stopped).
 */
export class ReaderProcess {
  readonly #pool: RunnerPool;
  readonly #clock: Clock;
  readonly #tmp: string;
  #hold: Promise<Hold> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #idle: Timer | undefined;
  #waiting = 0;
  #stop = new AbortController();

  constructor(pool: RunnerPool, clock: Clock, tmp: string) {
    this.#pool = pool;
    this.#clock = clock;
    this.#tmp = tmp;
  }

  /** Tasks that wait or are under way. */
  get load(): number {
    return this.#waiting;
  }

  perform(
    task: Omit<RecordsTask, 'task' | 'scratch'>,
    signal: AbortSignal | undefined,
    timeoutMilliseconds = defaultTimeout,
  ): Promise<RecordsResult> {
    this.#waiting += 1;
    this.#idle?.cancel();
    const mine = this.#turn.then(() => this.#work(task, signal, timeoutMilliseconds));
    this.#turn = mine.catch(() => undefined);
    return mine.finally(() => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#idle = this.#clock.after(idleMilliseconds, () => void this.#release());
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort(new SluiceError('stopping'));
    this.#idle?.cancel();
    await this.#turn;
    await this.#release();
  }

  async #work(
    task: Omit<RecordsTask, 'task' | 'scratch'>,
    asked: AbortSignal | undefined,
    limit: number,
  ): Promise<RecordsResult> {
    const late = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, late.signal, ...(asked ? [asked] : [])]);
    if (signal.aborted) throw abortError(signal);
    const timer = this.#clock.after(limit, () =>
      late.abort(new SluiceError('timed_out', { limit: durationText(limit) })),
    );
    try {
      const { runner, scratch } = await this.#held();
      return await runner.run({ task: 'records', scratch, ...task }, {}, signal, interactiveStopLadder);
    } finally {
      timer.cancel();
    }
  }

  /** The process; another one where the one before has ended or is not to be used again. */
  async #held(): Promise<Hold> {
    const hold = await this.#hold?.catch(() => undefined);
    if (hold?.runner.idle) return hold;
    hold?.release();
    this.#hold = this.#take();
    return this.#hold;
  }

  async #take(): Promise<Hold> {
    const scratch = join(this.#tmp, `task-reader-${randomUUID()}`);
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    return new Promise((resolve, reject) => {
      const lent = this.#pool.use(new AbortController().signal, async (runner) => {
        const released = new Promise<void>((release) => resolve({ runner, scratch, release }));
        await Promise.race([released, runner.gone]);
        await runner.retire();
      });
      lent
        .catch(reject)
        .finally(() => void rm(scratch, { recursive: true, force: true }).catch(() => undefined));
    });
  }

  async #release(): Promise<void> {
    const hold = this.#hold;
    this.#hold = undefined;
    (await hold?.catch(() => undefined))?.release();
  }
}
