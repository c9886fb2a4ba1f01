import type { Clock, Timer } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { LogReport, StepReport } from '../runner/protocol.ts';
import type { RunLedger } from '../services/engine-ports.ts';
import type { TaskReports } from './runner.ts';
import { StepBook } from './step-book.ts';

const flushMilliseconds = 75;
/** Log lines one attempt may write: a step that logs every row must not fill the store. */
const logLimit = 20_000;

export interface RelayedRun {
  readonly id: string;
  readonly attempt: number;
  readonly nodeIds: readonly string[];
}

/**
 * Passes the reports of one attempt to the services in small batches, so that a run of thousands of reports costs
 * a few transactions. States: open (a timer runs whenever something waits) -> closed by the last `flush`.
 */
export class ReportRelay implements TaskReports {
  readonly steps: StepBook;
  #run: RelayedRun;
  #ledger: RunLedger;
  #clock: Clock;
  #log: Log;
  #timer: Timer | undefined;
  #waitingSteps = new Map<string, StepReport>();
  #waitingLogs: LogReport[] = [];
  #percent: number | undefined;
  #logged = 0;
  #lastLine = '';

  constructor(run: RelayedRun, ledger: RunLedger, clock: Clock, log: Log) {
    this.#run = run;
    this.#ledger = ledger;
    this.#clock = clock;
    this.#log = log;
    this.steps = new StepBook(run.nodeIds);
  }

  step(report: StepReport): void {
    const news = this.steps.note(report);
    if (!news) return;
    this.#waitingSteps.set(news.nodeId, { ...this.#waitingSteps.get(news.nodeId), ...news });
    this.#flushSoon();
  }

  progress(percent: number): void {
    this.#percent = percent;
    this.#flushSoon();
  }

  log(entry: LogReport): void {
    this.#logged += 1;
    if (this.#logged > logLimit) return;
    this.#lastLine = lineKey(entry);
    const last = this.#logged === logLimit;
    this.#waitingLogs.push(
      last ? { time: entry.time, level: 'warn', message: 'More log lines follow; they are dropped.' } : entry,
    );
    this.#flushSoon();
  }

  /** A line of our own in the run's log, unless the runner has just said the same. */
  say(level: LogReport['level'], message: string, nodeId?: string): void {
    const entry = { time: new Date(this.#clock.now()).toISOString(), level, message, nodeId };
    if (lineKey(entry) !== this.#lastLine) this.log(entry);
  }

  /** Writes everything that waits, now. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const steps = [...this.#waitingSteps.values()];
    const logs = this.#waitingLogs;
    const percent = this.#percent;
    this.#waitingSteps = new Map();
    this.#waitingLogs = [];
    this.#percent = undefined;
    const { id, attempt } = this.#run;
    try {
      if (steps.length > 0) this.#ledger.recordSteps(id, attempt, steps);
      if (logs.length > 0) this.#ledger.appendLogs(id, attempt, logs);
      if (percent !== undefined) this.#ledger.recordPercent(id, attempt, percent);
    } catch (error) {
      // What the run is doing matters more than what it says of it: a full disk shows when it ends.
      this.#log.warn({ err: error, runId: id }, 'reports of a run could not be stored');
    }
  }

  #flushSoon(): void {
    this.#timer ??= this.#clock.after(flushMilliseconds, () => this.flush());
  }
}

const lineKey = ({ level, message, nodeId }: LogReport): string => JSON.stringify([level, message, nodeId]);
