import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UseOutcome } from '../../services/index.ts';
import type { DoorFront } from './door-guard.ts';

/** What is told of an answer whose client went away before it came: the number that other servers' logs use. */
const clientLeft = 499;

/** Notes a door's answer when it is out or its client has gone: in the list of requests, and in the use of its key. */
export function noteAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  { keys, requests }: Pick<DoorFront, 'keys' | 'requests'>,
): void {
  const { socket } = request.raw;
  const before = { read: socket.bytesRead, written: socket.bytesWritten };
  const time = new Date().toISOString();
  reply.raw.once('close', () => {
    const { key, door, failure } = request;
    if (!door) return;
    const status = reply.raw.writableFinished ? reply.raw.statusCode : clientLeft;
    if (key) keys.countUse(key.id, door, outcomeOf(status));
    requests.note({
      id: request.id,
      time,
      door,
      method: request.method,
      target: request.url,
      status,
      milliseconds: Math.round(reply.elapsedTime * 100) / 100,
      keyId: key?.id ?? null,
      bytesIn: bytesIn(request, socket.bytesRead - before.read),
      bytesOut:
        lengthOf(reply.getHeader('content-length')) ?? Math.max(0, socket.bytesWritten - before.written),
      contentType: request.headers['content-type']?.slice(0, 200) ?? null,
      error: failure?.code ?? null,
      message: failure?.message ?? null,
    });
  });
}

function outcomeOf(status: number): UseOutcome {
  if (status === 429) return 'limited';
  return status >= 400 && status !== clientLeft ? 'refused' : 'accepted';
}

/** Without a length it came in chunks, and what the socket read is about right. */
function bytesIn({ headers }: FastifyRequest, read: number): number {
  const length = lengthOf(headers['content-length']);
  return length ?? (headers['transfer-encoding'] === undefined ? 0 : Math.max(0, read));
}

function lengthOf(header: unknown): number | undefined {
  const length = Number(header ?? Number.NaN);
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined;
}
