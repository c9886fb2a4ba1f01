import { call, ORPCError } from '@orpc/server';
import { expect, test } from 'vitest';
import type { AppEvent } from '../../shared/contract/events.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { implementer } from './base.ts';
import { reportedStream } from './reported-stream.ts';

const silent = { error: () => undefined };
const load: AppEvent = { type: 'engine.load', running: 1, queued: 0, slots: 2 };
const context = { caller: 'window' } as const;

/** One event, then this failure, as the stream of a call. */
function failingEvents(failure: unknown, stopping = new AbortController().signal) {
  const os = implementer({ log: silent, stopping });
  return os.system.events.handler(async function* () {
    yield load;
    throw failure;
  });
}

test.each([
  ['a known failure', new SluiceError('not_found', { what: 'run', id: 'x' }), 'not_found'],
  ['one that nobody foresaw', new TypeError('of undefined'), 'internal'],
])('%s in the middle of any stream leaves as a report', async (_name, failure, code) => {
  const stream = await call(failingEvents(failure), {}, { context });
  expect(await stream.next()).toEqual({ done: false, value: load });
  const left = await stream.next().catch((error: unknown) => error);
  expect(left).toBeInstanceOf(ORPCError);
  expect(left).toMatchObject({ data: { code, message: expect.any(String) } });
});

test('a stream that was ended just ends, whatever fails because of it', async () => {
  const stop = new AbortController();
  const stream = await call(failingEvents(new Error('cut'), stop.signal), {}, { context });
  await stream.next();
  stop.abort();
  expect((await stream.next()).done).toBe(true);
});

test('leaving it unread leaves what it reads', async () => {
  let left = 0;
  const source: AsyncIterator<number, void> = {
    next: async () => ({ done: false, value: 1 }),
    return: async () => {
      left += 1;
      return { done: true, value: undefined };
    },
  };
  await reportedStream(source, new AbortController().signal, silent).return();
  expect(left).toBe(1);
});
