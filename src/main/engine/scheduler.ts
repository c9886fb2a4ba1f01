import { sleep, type Timer } from '../platform/clock.ts';
import type { ClaimedRun, StartableRun } from '../services/engine-ports.ts';
import { type ExecutionContext, RunExecution } from './run-execution.ts';
import { collide, type WriteClaims, writeClaims } from './write-claims.ts';

export interface EngineLoad {
  readonly running: number;
  readonly queued: number;
  readonly slots: number;
}

const claimRetryMilliseconds = 1000;

/**
 * Takes queued runs into free slots. States: closed -> open (start) -> closed (stop). It holds no queue of its own:
 * the store's is the only one, and a kick looks at it.
 */
export class Scheduler {
  #context: ExecutionContext;
  #onLoad: (load: EngineLoad) => void;
  #executions = new Map<string, RunExecution>();
  #claims = new Map<string, WriteClaims>();
  #open = false;
  #kicked = false;
  #retry: Timer | undefined;
  #lastLoad = '';

  constructor(context: ExecutionContext, onLoad: (load: EngineLoad) => void) {
    this.#context = context;
    this.#onLoad = onLoad;
  }

  start(): void {
    this.#open = true;
    this.kick();
  }

  /** Something may have been queued, or a slot may be free. Cheap; any number of calls make one look. */
  kick(): void {
    if (this.#kicked || !this.#open) return;
    this.#kicked = true;
    // Not within the caller's turn: a submit is answered before its run is claimed.
    setImmediate(() => {
      this.#kicked = false;
      this.#claimAll();
      this.#tellLoad();
    });
  }

  /** False when no attempt of the run is under way here. */
  cancel(runId: string): boolean {
    const execution = this.#executions.get(runId);
    execution?.cancel();
    return execution !== undefined;
  }

  load(): EngineLoad {
    const { services, settings } = this.#context;
    return {
      running: this.#executions.size,
      queued: services.runs.queuedCount(),
      slots: settings().concurrentRuns,
    };
  }

  /** No new claims; what runs gets the grace, then is interrupted. Resolves when nothing runs any more. */
  async stop(graceMilliseconds: number): Promise<void> {
    this.#open = false;
    this.#retry?.cancel();
    const all = (): Promise<unknown> => Promise.all([...this.#executions.values()].map(({ done }) => done));
    const graceOver = new AbortController();
    await Promise.race([
      all(),
      sleep(this.#context.clock, graceMilliseconds, graceOver.signal).catch(() => undefined),
    ]);
    graceOver.abort();
    for (const execution of this.#executions.values()) execution.interrupt();
    await all();
  }

  #claimAll(): void {
    try {
      while (this.#open && this.#executions.size < this.#context.settings().concurrentRuns) {
        const run = this.#context.services.runs.claimNext((queued) => this.#mayStart(queued));
        if (!run) return;
        this.#begin(run);
      }
    } catch (error) {
      this.#context.log.error({ err: error }, 'the queue could not be read; trying again');
      this.#retry?.cancel();
      this.#retry = this.#context.clock.after(claimRetryMilliseconds, () => this.kick());
    }
  }

  /** A run that would lose the race for a dataset waits instead; its turn comes with the kick of the other's end. */
  #mayStart(queued: StartableRun): boolean {
    if (this.#claims.size === 0) return true;
    const wanted = writeClaims(queued);
    return ![...this.#claims.values()].some((held) => collide(held, wanted));
  }

  #begin(run: ClaimedRun): void {
    const execution = new RunExecution(run, this.#context);
    this.#executions.set(run.id, execution);
    this.#claims.set(run.id, writeClaims(run));
    void execution.done.then(() => {
      this.#executions.delete(run.id);
      this.#claims.delete(run.id);
      if (run.mode === 'inspect') this.#evictKept();
      this.kick();
      this.#tellLoad();
    });
  }

  /** Only while no inspect run is under way: one may be about to read what would be dropped. */
  #evictKept(): void {
    const { services, settings, log } = this.#context;
    if ([...this.#executions.values()].some(({ run }) => run.mode === 'inspect')) return;
    try {
      services.kept.evict(settings().keptBytes);
    } catch (error) {
      log.warn({ err: error }, 'kept rows could not be dropped');
    }
  }

  #tellLoad(): void {
    try {
      const load = this.load();
      const text = JSON.stringify(load);
      if (text === this.#lastLoad) return;
      this.#lastLoad = text;
      this.#onLoad(load);
    } catch (error) {
      this.#context.log.warn({ err: error }, 'the load could not be told');
    }
  }
}
