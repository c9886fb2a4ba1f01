import type { RunStatus, RunSummary } from '../../../../shared/contract/domain.ts';
import type { ErrorAnswer } from '../../plugins/errors.ts';
import type { JobAnswer } from './schemas.ts';

/** This dialect knows no cancelled job: it did not complete. */
const words: Record<RunStatus, JobAnswer['status']> = {
  queued: 'queued',
  running: 'processing',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'failed',
};

export function toJobAnswer(run: RunSummary, resultUrl: string): JobAnswer {
  const status = words[run.status];
  return {
    job_id: run.id,
    status,
    progress: status === 'completed' ? 100 : Math.min(run.percent, 99),
    result_url: resultUrl,
  };
}

/** The short name of each status, as HTTP has it and the document writes it. */
const names: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Rate Limit Exceeded',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
};

const nameOf = (status: number): string =>
  names[status] ?? (status < 500 ? 'Bad Request' : 'Internal Server Error');

/** `{error, message, code}`, all of them texts. */
export const dataflowError: ErrorAnswer = (error, _request, reply) => {
  const { status } = error.entry;
  void reply.status(status).type('application/json; charset=utf-8');
  return { error: nameOf(status), message: error.message, code: error.code };
};
