import { type ErrorReport, reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import type { RunnerExit } from '../platform/runner-launcher.ts';
import type { RunOutput } from '../runner/protocol.ts';

export interface FailureFacts {
  readonly problems?: readonly Problem[];
  /** What an inspect run had kept whole before it failed. */
  readonly kept?: readonly RunOutput[];
  /** The node used up its own tries: the run is not tried again either. */
  readonly exhausted?: boolean;
}

/** A task that did not succeed: why, and which node is to blame where that is known. */
export class TaskFailure extends SluiceError {
  readonly nodeId: string | undefined;
  readonly problems: readonly Problem[];
  readonly kept: readonly RunOutput[];
  readonly exhausted: boolean;

  constructor(report: ErrorReport, nodeId?: string, facts: FailureFacts = {}) {
    super(report.code, report.details);
    // The report's words stand as they were written, also where they hold more than the catalogue's text.
    this.message = report.message;
    this.nodeId = nodeId;
    this.problems = facts.problems ?? [];
    this.kept = facts.kept ?? [];
    this.exhausted = facts.exhausted ?? false;
  }
}

/** Any thrown value as the failure of a node. */
export function blame(error: unknown, nodeId: string | undefined): TaskFailure {
  if (error instanceof TaskFailure) return error;
  return new TaskFailure(failureReport(error), nodeId);
}

export function failureReport(error: unknown): ErrorReport {
  return reportError(error);
}

/** What the end of a process in the middle of a task means. */
export function crashFailure(exit: RunnerExit, memoryBytes: number): SluiceError {
  if (exit.overMemory || ranOutOfMemory(exit)) {
    return new SluiceError('out_of_memory', { limit: sizeText(memoryBytes) });
  }
  return new SluiceError('engine_crashed', { signal: exit.signal ?? `exit code ${exit.code ?? 'unknown'}` });
}

/** Under a kernel limit the allocator's failure ends the process by abort, and it says so on its way out. */
function ranOutOfMemory({ lastWords }: RunnerExit): boolean {
  return /bad_alloc|out of memory|cannot allocate memory|failed to allocate memory|allocation failed/i.test(
    lastWords,
  );
}

export function sizeText(bytes: number): string {
  const gigabytes = bytes / 1024 ** 3;
  return gigabytes >= 1 ? `${Math.round(gigabytes * 10) / 10} GB` : `${Math.round(bytes / 1024 ** 2)} MB`;
}

export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (milliseconds < 120_000) return `${Math.round(milliseconds / 100) / 10} s`;
  return `${Math.round(milliseconds / 6000) / 10} min`;
}

/** The reason of an aborted signal as an error for a person. */
export function abortError(signal: AbortSignal): SluiceError {
  return signal.reason instanceof SluiceError ? signal.reason : new SluiceError('cancelled');
}
