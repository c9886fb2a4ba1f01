import type { Readable } from 'node:stream';
import type { Log } from './log.ts';

/** More than this from one process is a flood, not a message. */
const totalLimit = 64 * 1024;
const tailLimit = 4 * 1024;

/** Passes what a child writes to the log, up to a cap, and remembers the end of it. */
export function captureOutput(stream: Readable | null, log: Log, fields: object): { tail(): string } {
  let total = 0;
  let tail = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    tail = (tail + text).slice(-tailLimit);
    if (total > totalLimit) return;
    total += text.length;
    log.warn(fields, total > totalLimit ? 'the runner writes too much; the rest is dropped' : text.trimEnd());
  });
  stream?.on('error', () => undefined);
  return { tail: () => tail };
}
