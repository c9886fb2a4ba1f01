import { SluiceError } from '../../shared/errors/sluice-error.ts';

/** A full disk must not turn good requests away: what is only counted or noted is then lost. */
export function writeIfPossible(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
  }
}
