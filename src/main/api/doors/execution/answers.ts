import type { RunStatus, RunSummary } from '../../../../shared/contract/domain.ts';
import type { ErrorCode } from '../../../../shared/errors/catalog.ts';
import type { ErrorAnswer } from '../../plugins/errors.ts';
import type { RunAnswer } from './schemas.ts';

/** This dialect knows no cancelled run: it did not succeed. */
const words: Record<RunStatus, RunAnswer['status']> = {
  queued: 'Pending',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Failed',
};

export function toRunAnswer(run: RunSummary): RunAnswer {
  return { runId: run.id, status: words[run.status] };
}

/** The request is sound, the data flow cannot be started: the 500 that the dialect documents. */
const failures: ReadonlySet<ErrorCode> = new Set([
  'invalid_pipeline',
  'newer_document',
  'dataset_missing',
  'file_missing',
  'file_not_allowed',
  'path_not_allowed',
]);

/** Errors of this door have a plain body: one sentence. */
export const plainAnswer: ErrorAnswer = (error, _request, reply) => {
  void reply.status(failures.has(error.code) ? 500 : error.entry.status).type('text/plain; charset=utf-8');
  return error.message;
};
