import type { FastifyInstance } from 'fastify';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { defaultPort } from './config.ts';

/** Never anything but loopback. */
const host = '127.0.0.1';
const portsTried = 50;

/** Listens and answers the address. A port that was named must be free; the default one may move to the next. */
export async function listen(api: FastifyInstance, port: number | undefined): Promise<string> {
  const wanted = port === undefined ? candidates() : [port];
  for (const candidate of wanted) {
    try {
      await api.listen({ host, port: candidate });
      return addressOf(api);
    } catch (error) {
      if (
        (error as NodeJS.ErrnoException).code !== 'EADDRINUSE' &&
        (error as NodeJS.ErrnoException).code !== 'EACCES'
      )
        throw error;
    }
  }
  throw new SluiceError('invalid_input', {
    reason:
      port === undefined
        ? 'No free port was found.'
        : `The port ${port} is taken. Choose another with --port, or 0 for any.`,
  });
}

function candidates(): number[] {
  return Array.from({ length: portsTried }, (_none, index) => defaultPort + index);
}

function addressOf(api: FastifyInstance): string {
  const address = api.server.address();
  if (address === null || typeof address === 'string')
    throw new Error('Internal error: not listening on a port');
  return `http://${host}:${address.port}`;
}
