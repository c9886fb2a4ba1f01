import { sleep, type Timer } from '../platform/clock.ts';
import {
  type CancelReason,
  type ClaimedRun,
  type StartableRun,
  windowPriority,
} from '../services/engine-ports.ts';
import { type ExecutionContext, RunExecution } from './run-execution.ts';
import { collide, type WriteClaims, writeClaims } from './write-claims.ts';

export interface EngineLoad {
  readonly running: number;
  readonly queued: number;
  readonly slots: number;
}

const claimRetryMilliseconds = 1000;
/** Milliseconds after which the queue is looked at again while a run waits for a time. */
const longestSleep = 30_000;

/**
 * Takes queued runs into free slots. States: closed -> open (start) -> closed (stop). It holds no queue of its own:
 * the store's is the only one, and a kick looks at it.
 */
export class Scheduler {
  #context: ExecutionContext;
  #onLoad: (load: EngineLoad) => void;
  #executions = new Map<string, RunExecution>();
  #claims = new Map<string, WriteClaims>();
  /** Claimed in this turn, in a transaction that is not committed yet. */
  #taken = new Map<string, { readonly run: ClaimedRun; readonly claims: WriteClaims }>();
  #unsubscribe: () => void = () => undefined;
  #open = false;
  #kicked = false;
  #timer: Timer | undefined;
  #lastLoad = '';

  constructor(context: ExecutionContext, onLoad: (load: EngineLoad) => void) {
    this.#context = context;
    this.#onLoad = onLoad;
  }

  start(): void {
    this.#open = true;
    // A run that finds a free slot is claimed in the commit that accepts it.
    this.#unsubscribe = this.#context.services.runs.onTogether(() => this.#claimAll());
    this.kick();
  }

  /** Something may have been queued, or a slot may be free. Cheap; any number of calls make one look. */
  kick(): void {
    if (this.#kicked || !this.#open) return;
    this.#kicked = true;
    // Not within the caller's turn: a submit is answered before its run is claimed.
    setImmediate(() => {
      this.#kicked = false;
      this.#look();
      this.#tellLoad();
    });
  }

  /** False when no attempt of the run is under way here. */
  cancel(runId: string, reason: CancelReason): boolean {
    const execution = this.#executions.get(runId);
    execution?.cancel(reason);
    return execution !== undefined;
  }

  load(): EngineLoad {
    const { services, settings } = this.#context;
    return {
      running: this.#running().length,
      queued: services.runs.queuedCount(),
      slots: settings().concurrentRuns,
    };
  }

  /** No new claims; what runs gets the grace, then is interrupted. Resolves when nothing runs any more. */
  async stop(graceMilliseconds: number): Promise<void> {
    this.#open = false;
    this.#unsubscribe();
    this.#timer?.cancel();
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

  /** Claims are made with whatever else is committed in this turn, so that all share one wait for the disk. */
  #look(): void {
    const { runs } = this.#context.services;
    try {
      const waiting = this.#open && this.#room() !== undefined && runs.queuedCount() > 0;
      if (waiting)
        void runs
          .together(() => undefined)
          .then(
            () => this.#tellLoad(),
            (error: unknown) => this.#unreadable(error),
          );
    } catch (error) {
      this.#unreadable(error);
    }
  }

  /** In a transaction. */
  #claimAll(): void {
    this.#timer?.cancel();
    // What an earlier turn took has begun or was undone since.
    this.#taken.clear();
    let seenAt = this.#context.clock.now();
    try {
      for (let room = this.#room(); room !== undefined; room = this.#room()) {
        seenAt = this.#context.clock.now();
        const run = this.#context.services.runs.claimNext({
          leastPriority: room,
          perLane: this.#context.perLane,
          mayStart: (queued) => this.#mayStart(queued),
        });
        if (!run) break;
        this.#take(run);
      }
      this.#wakeWhenDue(seenAt);
    } catch (error) {
      this.#unreadable(error);
      // Half a claim must not be committed with the rest.
      throw error;
    }
  }

  #unreadable(error: unknown): void {
    this.#context.log.error({ err: error }, 'the queue could not be read; trying again');
    this.#wakeAfter(claimRetryMilliseconds);
  }

  /**
   * The least priority that finds room now; undefined when none does. Runs of the window may take one slot more than
   * there are while all others are busy with lesser ones: the Run button never waits behind a full queue.
   */
  #room(): number | undefined {
    if (!this.#open) return undefined;
    const busy = [...this.#running(), ...this.#taken.values()];
    const slots = this.#context.settings().concurrentRuns;
    // Where publishing is slower than the work itself, runs must not pile up in it.
    if (this.#executions.size + this.#taken.size >= 2 * slots + 1) return undefined;
    const free = slots - busy.length;
    if (free > 0) return Number.MIN_SAFE_INTEGER;
    const windowWaits = busy.every(({ run }) => run.priority < windowPriority);
    return free === 0 && windowWaits ? windowPriority : undefined;
  }

  #running(): RunExecution[] {
    return [...this.#executions.values()].filter(({ holdsSlot }) => holdsSlot);
  }

  /** Runs that wait for a time (another attempt, a jitter) need no poll: the first of them sets the timer. */
  #wakeWhenDue(seenAt: number): void {
    const { services, clock } = this.#context;
    const due = this.#open ? services.runs.nextDue(seenAt) : undefined;
    // The wall clock may jump and the machine may sleep, which timers do not notice: a long wait looks again.
    if (due !== undefined) this.#wakeAfter(Math.min(Math.max(due - clock.now(), 1), longestSleep));
  }

  #wakeAfter(milliseconds: number): void {
    this.#timer?.cancel();
    this.#timer = this.#context.clock.after(milliseconds, () => this.kick());
  }

  /** A run that would lose the race for a dataset waits instead; its turn comes with the kick of the other's end. */
  #mayStart(queued: StartableRun): boolean {
    const held = [...this.#claims.values(), ...[...this.#taken.values()].map(({ claims }) => claims)];
    if (held.length === 0) return true;
    const wanted = writeClaims(queued);
    return !held.some((each) => collide(each, wanted));
  }

  /** Nothing of a run begins before its claim is committed. */
  #take(run: ClaimedRun): void {
    const claims = writeClaims(run);
    this.#taken.set(run.id, { run, claims });
    this.#context.services.runs.afterCommit(() => {
      this.#taken.delete(run.id);
      this.#begin(run, claims);
    });
  }

  #begin(run: ClaimedRun, claims: WriteClaims): void {
    const execution = new RunExecution(run, this.#context, () => this.kick());
    this.#executions.set(run.id, execution);
    this.#claims.set(run.id, claims);
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
