import type { Environment, LogEntry, RunStatus, RunSummary } from '../../shared/contract/domain.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { LogReport, StepReport } from '../runner/protocol.ts';
import type { StoredStep } from '../store/run-steps-repository.ts';
import { mergeStep, presentSteps, settleStep } from './run-steps.ts';
import type { ServiceContext } from './service-context.ts';

/** Longer messages are cut: a log is read by people. */
const messageLimit = 20_000;
/** So many waiting lines are written at once, without waiting for the timer. */
const waitingLinesLimit = 2000;
const flushMilliseconds = 120;

interface LiveRun {
  readonly id: string;
  readonly seq: number;
  readonly attempt: number;
  readonly pipelineId: string;
  readonly environment: Environment;
  readonly document: PipelineDocument;
  readonly steps: Map<string, StoredStep>;
  readonly changed: Set<string>;
  readonly lines: LogReport[];
  percent: number;
  writtenPercent: number;
}

export interface RunJournal {
  open(
    run: { id: string; seq: number; attempt: number; pipelineId: string; environment: Environment },
    document: PipelineDocument,
  ): void;
  recordSteps(runId: string, attempt: number, steps: readonly StepReport[]): void;
  appendLogs(runId: string, attempt: number, lines: readonly LogReport[]): void;
  recordPercent(runId: string, attempt: number, percent: number): void;
  /** Everything waiting, in one transaction. */
  flush(): void;
  /** Ends the steps still open and writes what waits of one run; inside the transaction that ends it. */
  settle(runId: string, status: Extract<RunStatus, 'succeeded' | 'failed' | 'cancelled'>): void;
  /** A line of our own in a run's log; inside a transaction. */
  say(
    run: { readonly id: string; readonly seq: number; readonly attempt: number },
    line: Pick<LogReport, 'level' | 'message'>,
  ): void;
  close(runId: string): void;
  openIds(): string[];
  stop(): void;
}

/**
 * What running attempts report, on its way to the store.
 *
 * A busy run reports hundreds of times a second, and every commit waits for the disk. So reports gather here for about
 * a tenth of a second and are written in one transaction for all runs; the events go out after it, which also keeps a
 * fast run from flooding the windows. Whoever reads steps or logs flushes first. A kill loses at most what had
 * gathered, of runs which that same kill interrupted.
 *
 * Runs are open here from their claim to their end, so a report for a stale attempt finds nobody and is dropped.
 */
export function createRunJournal(
  context: ServiceContext,
  summaryOf: (runId: string) => RunSummary | undefined,
  kindTitle: (kind: string) => string | undefined,
): RunJournal {
  const { store } = context;
  const live = new Map<string, LiveRun>();
  let timer: { cancel(): void } | undefined;

  function liveRun(runId: string, attempt: number): LiveRun | undefined {
    const run = live.get(runId);
    return run?.attempt === attempt ? run : undefined;
  }

  function flushSoon(): void {
    timer ??= context.clock.after(flushMilliseconds, () => {
      timer = undefined;
      flushQuietly();
    });
  }

  /** On a full disk, say, what waits stays, the newest lines of it; `finish`, which must write, reports the failure. */
  function flushQuietly(): void {
    try {
      flush();
    } catch {
      for (const { lines } of live.values()) lines.splice(0, lines.length - waitingLinesLimit);
      if (live.size > 0) flushSoon();
    }
  }

  function flush(): void {
    const waiting = [...live.values()].filter(isWaiting);
    if (waiting.length > 0) store.write(() => waiting.forEach(write));
  }

  /** Inside a transaction. What was written is forgotten only when it is committed. */
  function write(run: LiveRun): void {
    const steps = [...run.changed].flatMap((nodeId) => run.steps.get(nodeId) ?? []);
    for (const step of steps) store.steps.put(run.seq, step);
    const entries = run.lines.map((line) => insertLine(run, line));
    if (entries.length > 0) store.runs.addLogLines(run.seq, entries.length, bytesOf(entries));
    const percentMoved = run.percent !== run.writtenPercent;
    if (percentMoved) store.runs.setPercent(run.seq, run.percent);
    store.afterCommit(() => {
      run.changed.clear();
      run.lines.length = 0;
      run.writtenPercent = run.percent;
    });
    announceSteps(run, steps);
    if (entries.length > 0) context.announce({ type: 'run.logged', runId: run.id, entries });
    const summary = percentMoved ? summaryOf(run.id) : undefined;
    if (summary?.status === 'running') context.announce({ type: 'run.changed', run: summary });
  }

  function insertLine(run: Pick<LiveRun, 'seq' | 'attempt'>, line: LogReport): LogEntry {
    const entry = {
      attempt: run.attempt,
      time: line.time,
      level: line.level,
      nodeId: line.nodeId ?? null,
      message: line.message.slice(0, messageLimit),
      fields: { ...line.fields },
    };
    return { id: store.logs.insert(run.seq, entry), ...entry };
  }

  function announceSteps(run: LiveRun, steps: readonly StoredStep[]): void {
    if (steps.length === 0) return;
    const shown = presentSteps(steps, run, store.kept, kindTitle);
    context.announce({ type: 'run.steps', runId: run.id, pipelineId: run.pipelineId, steps: shown });
  }

  return {
    open(run, document) {
      live.set(run.id, {
        ...run,
        document,
        steps: new Map(),
        changed: new Set(),
        lines: [],
        percent: 0,
        writtenPercent: 0,
      });
    },

    recordSteps(runId, attempt, reports) {
      const run = liveRun(runId, attempt);
      if (!run) return;
      for (const report of reports) {
        run.steps.set(
          report.nodeId,
          mergeStep(run.steps.get(report.nodeId), report, { attempt, now: context.now() }),
        );
        run.changed.add(report.nodeId);
      }
      flushSoon();
    },

    appendLogs(runId, attempt, lines) {
      const run = liveRun(runId, attempt);
      if (!run) return;
      run.lines.push(...lines);
      if (run.lines.length >= waitingLinesLimit) flushQuietly();
      else flushSoon();
    },

    recordPercent(runId, attempt, percent) {
      const run = liveRun(runId, attempt);
      if (!run) return;
      run.percent = Math.min(100, Math.max(0, Math.floor(percent)));
      flushSoon();
    },

    flush,

    settle(runId, status) {
      const run = live.get(runId);
      if (!run) return;
      for (const step of run.steps.values()) {
        const settled = settleStep(step, status, context.now());
        if (settled === step) continue;
        run.steps.set(step.nodeId, settled);
        run.changed.add(step.nodeId);
      }
      // The end of a run that succeeded sets it.
      if (status === 'succeeded') run.writtenPercent = run.percent;
      write(run);
    },

    say(run, line) {
      const entry = insertLine(run, { ...line, time: context.now() });
      store.runs.addLogLines(run.seq, 1, bytesOf([entry]));
      context.announce({ type: 'run.logged', runId: run.id, entries: [entry] });
    },

    close: (runId) => void live.delete(runId),
    openIds: () => [...live.keys()],

    stop() {
      timer?.cancel();
      timer = undefined;
      flush();
    },
  };
}

/** As the store counts them: what people wrote, without what a row takes beside it. */
function bytesOf(entries: readonly LogEntry[]): number {
  return entries.reduce(
    (sum, { message, fields }) => sum + message.length + JSON.stringify(fields).length,
    0,
  );
}

function isWaiting(run: LiveRun): boolean {
  return run.changed.size > 0 || run.lines.length > 0 || run.percent !== run.writtenPercent;
}
