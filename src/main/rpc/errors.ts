import { ORPCError, ValidationError } from '@orpc/server';
import { errorCatalog } from '../../shared/errors/catalog.ts';
import { type ErrorReport, reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import type { CallLog } from './core.ts';

/** Any failure of a call as the contract promises it: an error whose `data` is an ErrorReport. */
export function toCallError(error: unknown, log: CallLog): ORPCError<string, ErrorReport> {
  const known = knownError(error);
  if (!known) log.error({ err: error }, 'a call failed unexpectedly');
  const report = reportError(known ?? error);
  const { status } = errorCatalog[report.code];
  return new ORPCError(report.code.toUpperCase(), { status, message: report.message, data: report });
}

function knownError(error: unknown): SluiceError | undefined {
  if (error instanceof SluiceError) return error;
  const refused =
    error instanceof ORPCError && error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError;
  if (!refused) return undefined;
  return new SluiceError('invalid_input', { reason: describeIssues(error.cause as ValidationError) });
}

function describeIssues({ issues }: ValidationError): string {
  return issues
    .slice(0, 3)
    .map(({ path = [], message }) => `${path.map(placeOf).join('.') || 'input'}: ${message}`)
    .join('; ');
}

function placeOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}
