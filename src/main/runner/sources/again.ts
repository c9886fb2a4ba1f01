import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorReport, reportError, SluiceError } from '../../../shared/errors/sluice-error.ts';
import { retryWait } from '../../../shared/pipeline/backoff.ts';
import type { SourceConnection } from '../../../shared/sources/connection.ts';
import { asSluiceError } from '../../connectors/index.ts';
import { fileFailure, TaskFailure } from '../failure.ts';
import type { FetchedPart, RunnerLimits } from '../protocol.ts';
import { type RunLog, timeText } from '../run/run-log.ts';
import { mayPass } from '../run/step-retry.ts';

export interface Tried extends Pick<FetchedPart, 'nodeId' | 'retry' | 'timeout'> {
  readonly source: SourceConnection;
}

/**
 * Does work for a node under its own limit of time and its own policy of tries, as statements of a run are done. Throws a
 * TaskFailure at the node; whatever the signal's reason is where it fired.
 */
export async function tryForNode<Value>(
  tried: Tried,
  {
    signal,
    log,
    limits,
  }: { readonly signal: AbortSignal; readonly log: RunLog; readonly limits: RunnerLimits },
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    const { timeout } = tried;
    const limit = timeout === undefined ? undefined : AbortSignal.timeout(timeout);
    try {
      return await work(limit ? AbortSignal.any([signal, limit]) : signal);
    } catch (error) {
      signal.throwIfAborted();
      // Asked now: work for several nodes knows only when it fails whose turn it was.
      const { nodeId, retry, source } = tried;
      const report = limit?.aborted
        ? timedOut(nodeId, timeText(timeout ?? 0))
        : reportOf(fileFailure(asSluiceError(error, source), limits));
      const failure = new TaskFailure(report, nodeId);
      if (!retry || !mayPass(report)) throw failure;
      if (tries >= retry.attempts) throw failure.asExhausted();
      const wait = retryWait(retry, tries);
      log(
        'warn',
        `Try ${tries} of ${retry.attempts} failed: ${report.message} The next follows in ${timeText(wait)}.`,
        nodeId,
        { try: tries, waitMilliseconds: wait },
      );
      await sleep(wait, undefined, { signal });
    }
  }
}

function reportOf(error: unknown): ErrorReport {
  if (error instanceof TaskFailure) return error.report;
  if (!(error instanceof SluiceError)) process.stderr.write(`${String((error as Error)?.stack ?? error)}\n`);
  return reportError(error);
}

function timedOut(nodeId: string, limit: string): ErrorReport {
  const message = `The step "${nodeId}" took longer than its limit of ${limit} and was stopped.`;
  return { ...reportError(new SluiceError('timed_out', { limit, nodeId })), message };
}
