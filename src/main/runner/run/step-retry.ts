import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, errorCatalog } from '../../../shared/errors/catalog.ts';
import { type ErrorReport, SluiceError } from '../../../shared/errors/sluice-error.ts';
import { retryWait } from '../../../shared/pipeline/backoff.ts';
import type { PipelineNode } from '../../../shared/pipeline/document.ts';
import type { TaskFailure } from '../failure.ts';
import type { RunContext } from './context.ts';
import { timeText } from './run-log.ts';

/** Causes within `run_failed` that another try may find gone: the file comes back, the disk has room again. */
const passingCauses: ReadonlySet<unknown> = new Set(['file_missing', 'disk_full']);

/** Whether doing the same again may end differently. Wrong data and settings fail alike each time. */
export function mayPass({ code, details }: ErrorReport): boolean {
  if (code === 'run_failed') return passingCauses.has(details.cause);
  const entry = Object.hasOwn(errorCatalog, code) ? errorCatalog[code as ErrorCode] : undefined;
  return entry !== undefined && 'retry' in entry && entry.retry === true;
}

const nodeOf = ({ task }: RunContext, nodeId: string | undefined): PipelineNode | undefined =>
  task.document.nodes.find(({ id }) => id === nodeId);

/**
 * What follows a failure of a statement: resolves once the wait before the next try is over, throws the failure where
 * there is none. `tries` are those made so far. A cancel ends the wait.
 */
export async function untilNextTry(context: RunContext, failure: TaskFailure, tries: number): Promise<void> {
  const policy = nodeOf(context, failure.nodeId)?.retry;
  if (!policy || !mayPass(failure.report)) throw failure;
  if (tries >= policy.attempts) throw failure.asExhausted();
  const wait = retryWait(policy, tries);
  context.log(
    'warn',
    `Try ${tries} of ${policy.attempts} failed: ${failure.report.message} The next follows in ${timeText(wait)}.`,
    failure.nodeId,
    { try: tries, waitMilliseconds: wait },
  );
  await sleep(wait, undefined, { signal: context.database.signal }).catch(() => {
    throw new SluiceError('cancelled');
  });
}
