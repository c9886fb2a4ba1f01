import { STATUS_CODES } from 'node:http';
import type { ErrorCode } from '../../../../shared/errors/catalog.ts';
import type { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import type { ErrorAnswer } from '../../plugins/errors.ts';
import type { ErrorBody } from './error-body.ts';

/** The document's own five, and others of the same family: the status and a zero. */
const words: Readonly<Record<number, string>> = {
  400: 'Invalid request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Resource not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Request too large',
  415: 'Unsupported media type',
  422: 'Idempotency key reused',
  424: 'Data source unreachable',
  429: 'Rate limit exceeded',
  500: 'Internal server error',
  503: 'Service unavailable',
  507: 'Insufficient storage',
};

const pipelineErrors: ReadonlySet<ErrorCode> = new Set([
  'invalid_pipeline',
  'invalid_parameters',
  'newer_document',
  'invalid_transformation',
  'invalid_steps',
]);

/** `{error, code, details}`, and `retry_after` where waiting helps. A 400 is 4001 throughout. */
export const cloudflowAnswer: ErrorAnswer = (error, request, reply): ErrorBody => {
  const status = statusOf(error);
  void reply.status(status).type('application/json; charset=utf-8');
  const wait = secondsToWait(error);
  return {
    error: wordOf(error, status, request.url),
    code: status === 400 ? 4001 : status * 10,
    details: error.message,
    ...(wait !== undefined && { retry_after: wait }),
  };
};

/** A database that cannot be reached is no failure of this server. */
function statusOf({ code, entry }: SluiceError): number {
  return code === 'source_unreachable' ? 424 : entry.status;
}

function wordOf({ code, details }: SluiceError, status: number, url: string): string {
  // The word of the OAuth standard is what its clients look for in `error`.
  if (code === 'oauth_refused') return String(details.word);
  const ofPipeline = pipelineErrors.has(code) || isPipelineBody(url, details.reason);
  if (status === 400 && ofPipeline) return 'Invalid pipeline configuration';
  return words[status] ?? STATUS_CODES[status] ?? 'Error';
}

/** A field of a pipeline's own body. Its address, its JSON and its key are no part of the pipeline. */
function isPipelineBody(url: string, reason: unknown): boolean {
  return /^\/api\/v1\/pipelines(?:[/?]|$)/.test(url) && /^body[.:]/.test(String(reason));
}

/** As the header `Retry-After` has it. */
function secondsToWait({ details, entry }: SluiceError): number | undefined {
  if (entry.status !== 429 && entry.status !== 503) return undefined;
  const seconds = Number(details.seconds);
  return Number.isInteger(seconds) && seconds >= 1 ? seconds : 5;
}
