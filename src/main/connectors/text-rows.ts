import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/**
 * The form in which rows are handed to DuckDB: comma-separated lines in which every value stands in double quotes and a
 * null is nothing at all, so that a null is never an empty text. Each line begins with a 1: a line is never empty.
 */
export const lineStart = '1';

const bufferBytes = 1 << 20;

export function quoted(value: string): string {
  return value.includes('"') ? `"${value.replaceAll('"', '""')}"` : `"${value}"`;
}

export function textLine(values: readonly (string | null)[]): string {
  let line = lineStart;
  for (const value of values) line += value === null ? ',' : `,${quoted(value)}`;
  return `${line}\n`;
}

/** Writes rows into a file, holding back whoever writes faster than the disk. */
export class TextRows {
  rows = 0;
  bytes = 0;
  readonly #file: WriteStream;
  #waiting = '';

  constructor(path: string) {
    this.#file = createWriteStream(path, { mode: 0o600, highWaterMark: bufferBytes });
    this.#file.on('error', () => undefined);
  }

  /** True where the caller should wait for `drained` before it adds more. */
  add(values: readonly (string | null)[]): boolean {
    this.#waiting += textLine(values);
    this.rows += 1;
    return this.#waiting.length >= bufferBytes && !this.#flush();
  }

  async drained(signal: AbortSignal): Promise<void> {
    if (this.#file.errored) throw this.#file.errored;
    if (this.#file.writableNeedDrain) await once(this.#file, 'drain', { signal });
  }

  async end(): Promise<void> {
    this.#flush();
    this.#file.end();
    await finished(this.#file);
  }

  abandon(): void {
    this.#file.destroy();
  }

  #flush(): boolean {
    const piece = Buffer.from(this.#waiting, 'utf8');
    this.#waiting = '';
    this.bytes += piece.length;
    return this.#file.write(piece);
  }
}
