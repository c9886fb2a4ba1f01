import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openChannel } from './channel.ts';
import type { FromRunner } from './protocol.ts';

const ready: FromRunner = { type: 'ready', pid: 1, duckdb: 'v1' };

/** A stand-in for the process of an Electron utility process; the forked one is tested for real in serve.test.ts. */
function utilityHost() {
  const sent: unknown[] = [];
  const parentPort = Object.assign(new EventEmitter(), {
    postMessage: (message: unknown) => void sent.push(message),
  });
  const host = Object.assign(new EventEmitter(), { parentPort }) as unknown as NodeJS.Process;
  return { host, parentPort, sent };
}

describe('the channel of a utility process', () => {
  it('unwraps what arrives and posts what is sent', () => {
    const { host, parentPort, sent } = utilityHost();
    const channel = openChannel(host);
    const got: unknown[] = [];
    channel.onMessage((message) => got.push(message));
    parentPort.emit('message', { data: { type: 'cancel', id: 3 }, ports: [] });
    channel.send(ready);
    expect(got).toEqual([{ type: 'cancel', id: 3 }]);
    expect(sent).toEqual([ready]);
  });

  it('tells when the other end is gone', () => {
    const { host, parentPort } = utilityHost();
    let gone = 0;
    openChannel(host).onGone(() => {
      gone += 1;
    });
    parentPort.emit('close');
    expect(gone).toBe(1);
  });
});

describe('a process that nobody forked', () => {
  it('is told that it cannot be a runner', () => {
    const host = new EventEmitter() as unknown as NodeJS.Process;
    expect(() => openChannel(host)).toThrow(/cannot be started by hand/);
  });
});
