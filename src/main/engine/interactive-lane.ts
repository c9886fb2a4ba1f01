import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { RunnerTask, TaskResults } from '../runner/protocol.ts';
import { interactiveStopLadder } from './runner.ts';
import type { RunnerPool } from './runner-pool.ts';
import { withScratch } from './scratch.ts';
import { abortError, durationText } from './task-failure.ts';

export interface InteractiveOptions {
  readonly signal?: AbortSignal | undefined;
  /** A newer call with the same key cancels the older one: only the newest answer is of use. */
  readonly key?: string | undefined;
  readonly timeoutMilliseconds?: number;
}

/** What the work of a call is lent. */
export interface InteractiveCall {
  /** A folder of its own, gone afterwards. */
  readonly scratch: string;
  /** Fires when the call is over before its work is. */
  readonly signal: AbortSignal;
  perform<Task extends RunnerTask>(task: Task): Promise<TaskResults[Task['task']]>;
}

const defaultTimeout = 120_000;

/**
 * The lane of previews, pages and checks. It has runners of its own beside those of runs, so that neither waits
 * for the other.
 * A call is: waiting (all places taken) -> working -> over. An aborted call is answered at once; its place is
 * free again only when its runner has stopped.
 */
export class InteractiveLane {
  #pool: RunnerPool;
  #clock: Clock;
  #tmp: string;
  #free: number;
  #waiting: (() => void)[] = [];
  #newest = new Map<string, AbortController>();
  #stop = new AbortController();
  #working = new Set<Promise<unknown>>();

  constructor(pool: RunnerPool, clock: Clock, tmp: string, places = 3) {
    this.#pool = pool;
    this.#tmp = tmp;
    this.#clock = clock;
    this.#free = places;
  }

  /**
   * Does `work` in a place of this lane. The answer of an aborted call comes at once, also while its runner is
   * still being stopped; its scratch folder lives until then.
   */
  run<Result>(
    work: (call: InteractiveCall) => Promise<Result>,
    options: InteractiveOptions,
  ): Promise<Result> {
    const own = new AbortController();
    const signals = [own.signal, this.#stop.signal, ...(options.signal ? [options.signal] : [])];
    const signal = AbortSignal.any(signals);
    this.#supersede(options.key, own);
    const limit = options.timeoutMilliseconds ?? defaultTimeout;
    const timer = this.#clock.after(limit, () =>
      own.abort(new SluiceError('timed_out', { limit: durationText(limit) })),
    );
    const working = this.#work(work, signal).finally(() => {
      timer.cancel();
      if (options.key && this.#newest.get(options.key) === own) this.#newest.delete(options.key);
    });
    this.#working.add(working);
    void working.catch(() => undefined).then(() => this.#working.delete(working));
    return orAborted(working, signal);
  }

  /** Ends every call with `stopping` and resolves when their places are free. */
  async stop(): Promise<void> {
    this.#stop.abort(new SluiceError('stopping'));
    await Promise.allSettled(this.#working);
  }

  #supersede(key: string | undefined, own: AbortController): void {
    if (!key) return;
    this.#newest.get(key)?.abort(new SluiceError('cancelled'));
    this.#newest.set(key, own);
  }

  async #work<Result>(
    work: (call: InteractiveCall) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    await this.#enter(signal);
    const perform: InteractiveCall['perform'] = (task) =>
      this.#pool.use(signal, (runner) => runner.run(task, {}, signal, interactiveStopLadder));
    try {
      return await withScratch(this.#tmp, (scratch) => work({ scratch, signal, perform }));
    } finally {
      this.#leave();
    }
  }

  #enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(abortError(signal));
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== enter);
        reject(abortError(signal));
      };
      this.#waiting.push(enter);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** The place goes straight to the one that has waited longest. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}

function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortError(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
