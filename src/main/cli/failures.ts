import { ORPCError } from '@orpc/client';
import { CommanderError } from 'commander';
import { reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import { exitCodes } from './exit-codes.ts';

/** Something a command says on its own account, as one sentence. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Any failure as one sentence and the code to leave with. */
export function describeFailure(error: unknown): { sentence: string; exitCode: number } {
  if (error instanceof CommandFailure) return { sentence: error.message, exitCode: error.exitCode };
  if (error instanceof CommanderError) {
    return { sentence: '', exitCode: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  }
  if (error instanceof SluiceError) {
    const exitCode = error.code === 'home_in_use' ? exitCodes.homeInUse : exitCodes.failed;
    return { sentence: error.message, exitCode };
  }
  if (error instanceof ORPCError) return { sentence: error.message, exitCode: exitCodes.failed };
  if (error instanceof Error && process.env.SLUICE_DEBUG) {
    return { sentence: error.stack ?? error.message, exitCode: exitCodes.failed };
  }
  const { message } = reportError(error);
  const inside = error instanceof Error ? ` (${error.message.split('\n')[0]})` : '';
  return { sentence: `${message}${inside}`, exitCode: exitCodes.failed };
}
