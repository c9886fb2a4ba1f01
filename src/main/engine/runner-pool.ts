import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Clock, Timer } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { RunnerLauncher } from '../platform/runner-launcher.ts';
import { Runner } from './runner.ts';
import { abortError } from './task-failure.ts';

export interface RunnerPoolOptions {
  readonly launcher: RunnerLauncher;
  readonly clock: Clock;
  readonly log: Log;
  /** Folder for the processes' own folders. */
  readonly tmp: string;
  /** Bytes that a runner launched now may use. */
  memoryBytes(): number;
  /** Its runners have a network. */
  readonly network?: boolean;
  /** Runners that wait ready for the next task. */
  readonly spare?: number;
  /**
   * Used runners that may wait beside the spare ones, so that a busy time does not launch a process a task: starting
   * one keeps main from its turn for tens of milliseconds. Two when left out.
   */
  surplus?(): number;
}

const leastSurplus = 2;
const surplusMilliseconds = 60_000;

/** After so many processes that died before their task reached them something is wrong with the machine. */
const mostTries = 3;

interface Spare {
  readonly memoryBytes: number;
  /** Undefined when the launch failed. */
  readonly ready: Promise<Runner | undefined>;
  runner: Runner | undefined;
  readonly since: number;
}

/**
 * Owns every runner process. A runner is: launching -> spare -> lent -> spare again (when its last task says
 * that it may be reused) or retired; whatever dies is forgotten and replaced.
 * The pool never makes anyone wait for a process that another task holds: it launches one more. How many tasks
 * run at once is for the callers (scheduler, interactive lane) to bound, each on its own.
 */
export class RunnerPool {
  #options: RunnerPoolOptions;
  #spares: Spare[] = [];
  /** Every process that may be alive, and every launch under way. */
  #alive = new Set<Promise<Runner | undefined>>();
  /** Folders of processes that are still to be removed. */
  #cleanups = new Set<Promise<void>>();
  #closed = false;
  #stopping = new AbortController();
  #reaper: Timer | undefined;

  constructor(options: RunnerPoolOptions) {
    this.#options = options;
  }

  start(): void {
    this.#reaper = this.#options.clock.every(surplusMilliseconds / 2, () => this.#retireSurplus());
    this.#topUp();
  }

  /**
   * Lends a runner to `work` alone, which gives it one task. Throws engine_crashed when no process can be started,
   * stopping after `stop`. The end of a waiting process is noticed a moment after it: where the task was sent into
   * that moment, `work` is asked again with another runner.
   */
  async use<Result>(signal: AbortSignal, work: (runner: Runner) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      const runner = await this.#take();
      try {
        if (signal.aborted) throw abortError(signal);
        return await work(runner);
      } catch (error) {
        if (signal.aborted || !runner.missedTask || tries === mostTries) throw error;
      } finally {
        this.#giveBack(runner);
      }
    }
  }

  /** Ends every process, busy or not, and resolves when none is left. */
  async stop(): Promise<void> {
    this.#closed = true;
    this.#stopping.abort();
    this.#reaper?.cancel();
    this.#spares = [];
    await Promise.all([...this.#alive].map(async (launch) => (await launch)?.retire()));
    await Promise.all(this.#cleanups);
  }

  /** Processes alive or being launched. */
  get size(): number {
    return this.#alive.size;
  }

  async #take(): Promise<Runner> {
    if (this.#closed) throw new SluiceError('stopping');
    const memoryBytes = this.#options.memoryBytes();
    this.#dropOtherLimits(memoryBytes);
    const spare = this.#nextSpare() ?? this.#launch(memoryBytes);
    this.#topUp();
    const runner = await spare.ready;
    if (this.#closed) throw new SluiceError('stopping');
    // A spare that died while it waited is no reason to fail: the next one is fresh.
    const usable = runner?.idle ? runner : await this.#launch(memoryBytes).ready;
    if (!usable) throw new SluiceError('engine_crashed', { signal: 'it could not be started' });
    return usable;
  }

  #nextSpare(): Spare | undefined {
    // The one that was used last knows most of what it will be asked; the others grow old and are retired.
    const ready = this.#spares.findLastIndex(({ runner }) => runner?.idle);
    return this.#spares.splice(Math.max(ready, 0), 1)[0];
  }

  #giveBack(runner: Runner): void {
    const fits =
      runner.memoryBytes === this.#options.memoryBytes() &&
      this.#spares.length < this.#target + this.#surplus;
    if (this.#closed || !runner.idle || !fits) void runner.retire();
    else this.#spares.push(this.#waiting(runner));
    this.#topUp();
  }

  #waiting(runner: Runner): Spare {
    const { memoryBytes } = runner;
    return { memoryBytes, runner, ready: Promise.resolve(runner), since: this.#options.clock.monotonic() };
  }

  get #surplus(): number {
    return Math.max(leastSurplus, this.#options.surplus?.() ?? 0);
  }

  get #target(): number {
    return this.#options.spare ?? 1;
  }

  #topUp(): void {
    while (!this.#closed && this.#spares.length < this.#target) {
      const spare = this.#launch(this.#options.memoryBytes());
      this.#spares.push(spare);
      // A launch that failed is not tried again before somebody needs a runner.
      void spare.ready.then((runner) => runner ?? this.#forget(spare));
    }
  }

  #launch(memoryBytes: number): Spare {
    const ready = this.#start(memoryBytes);
    const spare: Spare = { memoryBytes, ready, runner: undefined, since: this.#options.clock.monotonic() };
    this.#alive.add(ready);
    void ready.then((runner) => {
      spare.runner = runner;
      if (!runner) this.#alive.delete(ready);
      else void runner.gone.then(() => this.#gone(ready, spare));
    });
    return spare;
  }

  async #start(memoryBytes: number): Promise<Runner | undefined> {
    const { launcher, clock, log, tmp, network } = this.#options;
    const { signal } = this.#stopping;
    const cwd = join(tmp, `runner-${randomUUID()}`);
    try {
      await mkdir(cwd, { recursive: true, mode: 0o700 });
      const runner = new Runner(
        await launcher.launch({ cwd, memoryBytes, signal, ...(network ? { network } : {}) }),
        memoryBytes,
        clock,
      );
      this.#cleanUp(runner, cwd);
      return runner;
    } catch (error) {
      if (!this.#closed) log.error({ err: error }, 'a runner could not be started');
      await removeFolder(cwd);
      return undefined;
    }
  }

  #cleanUp(runner: Runner, cwd: string): void {
    const cleanup = runner.gone.then(() => removeFolder(cwd));
    this.#cleanups.add(cleanup);
    void cleanup.then(() => this.#cleanups.delete(cleanup));
  }

  #gone(ready: Promise<Runner | undefined>, spare: Spare): void {
    this.#alive.delete(ready);
    this.#spares = this.#spares.filter((other) => other !== spare && other.runner !== spare.runner);
  }

  #forget(spare: Spare): void {
    this.#spares = this.#spares.filter((other) => other !== spare);
  }

  /** After a change of the memory setting the processes that wait have the wrong limit. */
  #dropOtherLimits(memoryBytes: number): void {
    for (const spare of this.#spares.filter((other) => other.memoryBytes !== memoryBytes)) this.#drop(spare);
  }

  #retireSurplus(): void {
    const old = this.#options.clock.monotonic() - surplusMilliseconds;
    const surplus = this.#spares.slice(this.#target).filter(({ since }) => since <= old);
    for (const spare of surplus) this.#drop(spare);
  }

  #drop(spare: Spare): void {
    this.#forget(spare);
    void spare.ready.then((runner) => runner?.retire());
  }
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}
