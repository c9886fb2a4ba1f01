import type { ErrorCode } from '../../shared/errors/catalog.ts';
import {
  type ErrorDetails,
  type ErrorReport,
  reportError,
  SluiceError,
} from '../../shared/errors/sluice-error.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import type { ConfigPath } from '../../shared/plan/relation.ts';
import { explainError, readEngineError } from '../compile/engine-error.ts';
import type { RunnerLimits, RunOutput } from './protocol.ts';

/** The end of a task that knows which node is to blame, or that its document has problems. */
export class TaskFailure extends Error {
  readonly report: ErrorReport;
  readonly nodeId: string | undefined;
  readonly problems: readonly Problem[] | undefined;
  /** The node used up the tries of its own policy. */
  readonly exhausted: boolean;

  constructor(report: ErrorReport, nodeId?: string, problems?: readonly Problem[], exhausted = false) {
    super(report.message);
    this.report = report;
    this.nodeId = nodeId;
    this.problems = problems;
    this.exhausted = exhausted;
  }

  asExhausted(): TaskFailure {
    return new TaskFailure(this.report, this.nodeId, this.problems, true);
  }
}

/** A run that ended before its end, and what it had kept by then: whole files that the next run may use. */
export class BrokenRun extends Error {
  readonly kept: readonly RunOutput[];

  constructor(cause: unknown, kept: readonly RunOutput[]) {
    super('the run broke off', { cause });
    this.kept = kept;
  }
}

/** What a person is told of an error whose place in the graph is known. */
export interface LocatedError {
  readonly code: string;
  readonly message: string;
  readonly path?: ConfigPath | undefined;
}

export function locatedReport({ code, message, path }: LocatedError): ErrorReport {
  return reportError(
    new SluiceError('run_failed', { reason: message, cause: code, ...(path ? { path } : {}) }),
  );
}

/** An error in a task about one file rather than a graph. */
export function fileFailure(error: unknown, limits: RunnerLimits): unknown {
  if (error instanceof SluiceError || error instanceof TaskFailure) return error;
  const known = resourceFailure(error, limits);
  if (known) return known;
  const { message } = explainError(readEngineError(error));
  return new SluiceError('run_failed', { reason: message }, { cause: error });
}

/** Memory, disk and engine faults: errors whose cause is not in the pipeline. Undefined for all others. */
export function resourceFailure(error: unknown, limits: RunnerLimits): SluiceError | undefined {
  const { type, message } = readEngineError(error);
  const make = (code: ErrorCode, details: ErrorDetails = {}) =>
    new SluiceError(code, details, { cause: error });
  if (/max_temp_directory_size/i.test(message)) {
    const reason = `The run needed more temporary disk space than its limit of ${sizeText(limits.spillBytes)}. Reduce the rows earlier, or raise the limit in Settings.`;
    return make('run_failed', { reason, cause: 'out_of_spill' });
  }
  if (type === 'Out of Memory' || /bad_alloc|bad allocation/i.test(message)) {
    return make('out_of_memory', { limit: sizeText(limits.memoryBytes) });
  }
  if (/no space left on device|ENOSPC/i.test(message)) return make('disk_full');
  if (/^(?:INTERNAL|FATAL)$/i.test(type)) return make('internal');
  return undefined;
}

/** Bytes as a person reads them, in powers of 1000 as in the window: `1.5 GB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : Math.round(value * 10) / 10} ${units[unit]}`;
}
