import type { FastifyReply } from 'fastify';

/** Fires when the answer is out, or nobody waits for it any more. */
export function untilHangUp({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const hungUp = new AbortController();
  raw.once('close', () => hungUp.abort());
  return hungUp.signal;
}
