import { SluiceError } from '../../../shared/errors/sluice-error.ts';

/** What is wrong with a resource that was sent, and where: `workflow.dag[1].dependencies`. */
export function invalidResource(path: string, reason: string): SluiceError {
  return new SluiceError('invalid_resource', { reason: `${path}: ${reason}`, path });
}
