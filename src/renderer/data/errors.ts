import { ORPCError } from '@orpc/client';
import type { ErrorReport } from '../../shared/errors/sluice-error.ts';

/** What a failed call says, for a person. A call that reached nobody says so. */
export function callError(error: unknown): ErrorReport {
  if (error instanceof ORPCError) {
    const report = error.data as Partial<ErrorReport> | undefined;
    if (report?.code && report.message) return { details: {}, ...report } as ErrorReport;
    return { code: 'internal', message: error.message, details: { status: error.status } };
  }
  return {
    code: 'stopping',
    message: 'Sluice does not answer. Check that it is still running, then try again.',
    details: {},
  };
}

/** Whether asking again may help: nobody answered, or Sluice itself was at fault. What is wrong or gone stays so. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof ORPCError) || error.status >= 500 || error.status === 429;
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ORPCError && error.status === 401;
}
