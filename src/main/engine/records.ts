import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Settings } from '../../shared/contract/domain.ts';
import type { Clock } from '../platform/clock.ts';
import type { RecordsFormat, RecordsResult, RecordsTask } from '../runner/protocol.ts';
import { taskLimits } from './limits.ts';
import { ReaderProcess } from './reader-process.ts';
import type { RunnerPool } from './runner-pool.ts';

export interface PageWish {
  readonly offset: number;
  readonly limit: number;
  readonly format?: RecordsFormat;
  /** CSV only. */
  readonly spreadsheetSafe?: boolean;
}

export interface RecordsPage {
  /** The records: of JSON a whole array, of CSV lines with a header, of XML elements. */
  readonly text: string;
  readonly count: number;
  /** Rows of the whole file. */
  readonly total: number;
}

export interface StreamOptions {
  readonly offset?: number;
  /** All rows from the offset on when left out. */
  readonly limit?: number;
  /** CSV only. */
  readonly spreadsheetSafe?: boolean;
}

/** Rows of dataset versions as texts. Paths are those of the datasets service. */
export interface Records {
  page(path: string, wish: PageWish, signal?: AbortSignal): Promise<RecordsPage & { readonly json: string }>;
  /**
   * All rows as bytes, made piece by piece as they are read; a stream that is left ends what it does. The first piece is
   * made before this resolves, so that a failure can still be told in words.
   */
  stream(
    path: string,
    format: RecordsFormat,
    options: StreamOptions,
    signal?: AbortSignal,
  ): Promise<Readable>;
}

export interface RecordsParts {
  readonly pool: RunnerPool;
  readonly clock: Clock;
  readonly tmp: string;
  /** Folder of all dataset files. */
  readonly datasets: string;
  settings(): Settings;
}

/** Rows of the first piece; the later ones are as many as make up `pieceBytes`. */
const firstRows = 10_000;
const mostRows = 122_880;
const pieceBytes = 4 * 1024 * 1024;
/** Memory of the engine for streams. */
const streamBytes = 256 * 1024 * 1024;
const pieceMilliseconds = 120_000;

/**
 * Pages and streams have a process each, so that no stream delays a page. A stream is a row of short tasks: many share
 * the process in turns, and one that nobody reads holds nothing but its place.
 */
export class RecordsDesk implements Records {
  readonly #parts: RecordsParts;
  readonly #pages: ReaderProcess;
  readonly #streams: ReaderProcess;

  constructor(parts: RecordsParts) {
    this.#parts = parts;
    this.#pages = new ReaderProcess(parts.pool, parts.clock, parts.tmp);
    this.#streams = new ReaderProcess(parts.pool, parts.clock, parts.tmp);
  }

  async page(path: string, wish: PageWish, signal?: AbortSignal) {
    const { offset, limit, format = 'json', spreadsheetSafe = false } = wish;
    const common = await this.#common(path);
    const task = { ...common, offset, limit, format, target: 'text' as const, spreadsheetSafe };
    const { text = '', rows: count, total } = await this.#pages.perform(task, signal);
    const whole = format === 'json' ? `[${text}]` : text;
    return { text: whole, json: whole, count, total };
  }

  async stream(path: string, format: RecordsFormat, options: StreamOptions, signal?: AbortSignal) {
    const pieces = this.#pieces(path, format, options, signal);
    const first = await pieces.next();
    return Readable.from(bytesOf(first, pieces, format), { objectMode: false, highWaterMark: 128 * 1024 });
  }

  async stop(): Promise<void> {
    await Promise.all([this.#pages.stop(), this.#streams.stop()]);
  }

  async #common(path: string): Promise<Pick<RecordsTask, 'path' | 'folder' | 'limits'>> {
    const { datasets, settings, tmp } = this.#parts;
    return { path, folder: datasets, limits: await taskLimits(settings(), tmp) };
  }

  /** The file of each piece, in order; whoever takes one deletes it. At most two are there at a time. */
  async *#pieces(
    path: string,
    format: RecordsFormat,
    { offset = 0, limit = Number.MAX_SAFE_INTEGER, spreadsheetSafe = false }: StreamOptions,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<RecordsResult, undefined> {
    const { limits, ...common } = await this.#common(path);
    // One thread holds the rows of one group; more would be quicker than most who read, and hold several.
    const slow = { ...limits, threads: 1, memoryBytes: Math.min(limits.memoryBytes, streamBytes) };
    const make = (from: number, rows: number): Promise<RecordsResult> =>
      this.#streams.perform(
        {
          ...common,
          limits: slow,
          offset: from,
          limit: rows,
          format,
          target: 'file',
          header: from === offset,
          spreadsheetSafe,
        },
        signal,
        pieceMilliseconds,
      );
    let at = offset;
    let size = Math.min(firstRows, limit);
    let coming: Promise<RecordsResult> | undefined = make(at, size);
    try {
      while (coming) {
        const piece: RecordsResult = await coming;
        at += size;
        const left = Math.min(piece.total, offset + limit) - at;
        size = Math.min(nextSize(piece), left);
        coming = left > 0 ? make(at, size) : undefined;
        // Nobody may be waiting when it fails.
        coming?.catch(() => undefined);
        yield piece;
      }
    } finally {
      const unread = await coming?.catch(() => undefined);
      if (unread?.path) await rm(unread.path, { force: true });
    }
  }
}

function nextSize({ rows, bytes }: RecordsResult): number {
  if (rows === 0 || bytes === 0) return mostRows;
  return Math.max(1, Math.min(mostRows, Math.floor((pieceBytes * rows) / bytes)));
}

async function* bytesOf(
  first: IteratorResult<RecordsResult, undefined>,
  pieces: AsyncGenerator<RecordsResult, undefined>,
  format: RecordsFormat,
): AsyncGenerator<Buffer> {
  const wrap = wraps[format] ?? { before: '', after: '', dropped: 0 };
  let dropped = wrap.dropped;
  try {
    if (wrap.before) yield Buffer.from(wrap.before);
    for (let step = first; !step.done; step = await pieces.next()) {
      const { path, text } = step.value;
      if (text) yield Buffer.from(text);
      if (!path) continue;
      try {
        for await (const chunk of createReadStream(path, { start: dropped, highWaterMark: 128 * 1024 })) {
          yield chunk as Buffer;
          dropped = 0;
        }
      } finally {
        await rm(path, { force: true });
      }
    }
    if (wrap.after) yield Buffer.from(wrap.after);
  } finally {
    await pieces.return(undefined);
  }
}

/** `dropped`: bytes of the first record's line that only part it from one before. */
const wraps: Partial<Record<RecordsFormat, { before: string; after: string; dropped: number }>> = {
  json: { before: '[', after: ']', dropped: 1 },
  xml: { before: '<?xml version="1.0" encoding="UTF-8"?>\n<records>\n', after: '</records>\n', dropped: 0 },
};
