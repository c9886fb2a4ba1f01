import type { Readable } from 'node:stream';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { parseGuardedJson } from '../../json-guard.ts';
import { BatchWriter, type WrittenBatch } from './batch-writer.ts';
import { BodyScanner, refuse } from './body-scanner.ts';

/** Bytes of a body, unpacked. */
export const bodyLimit = 10 * 1024 * 1024;
const nesting = 64;
const transformationBytes = 1024 * 1024;
const longestSource = 150;

export interface ReceivedBody {
  readonly source: string;
  /** As `parseTransformations` takes them; undefined where the body has none. */
  readonly transformations: unknown;
  readonly records: number;
  readonly batch: WrittenBatch;
}

export interface ReceiveOptions {
  readonly path: string;
  readonly digest: boolean;
  /** Bytes; those of a body when left out. */
  readonly limit?: number;
}

/**
 * Takes in a JSON body while it arrives: it is checked, and its `data` written, piece by piece, so that neither the event
 * loop nor memory notices its size. Nothing is left of a body that is refused.
 */
export async function receiveJson(body: Readable, options: ReceiveOptions): Promise<ReceivedBody> {
  const writer = new BatchWriter(options);
  const scanner = new BodyScanner({
    depth: nesting,
    captured: { source: 4 * longestSource + 1000, transformations: transformationBytes, key: 200 },
    onData: (piece) => writer.put(piece),
  });
  try {
    await eachChunk(
      body,
      async (chunk) => {
        scanner.push(chunk);
        await writer.room();
      },
      options.limit,
    );
    const { source, transformations, records } = scanner.end();
    const head = {
      source: sourceOf(source),
      transformations: jsonOf(transformations),
      records: recordsOf(records),
    };
    return { ...head, batch: await writer.finish() };
  } catch (error) {
    await writer.discard();
    throw told(error);
  }
}

/** The pieces of a body, up to the limit. */
export async function eachChunk(
  body: Readable,
  take: (chunk: Buffer) => Promise<void>,
  limit = bodyLimit,
): Promise<void> {
  let bytes = 0;
  // Not destroyed where it is refused: the way back to the client is the same connection.
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > limit) throw new SluiceError('body_too_large', { limit });
    await take(chunk);
  }
}

function sourceOf(text: string | undefined): string {
  return requireSource(text === undefined ? undefined : JSON.parse(text));
}

export function requireSource(value: unknown): string {
  if (value === undefined) throw refuse('the field "source" is missing');
  const source = typeof value === 'string' ? value.trim() : '';
  if (source === '' || source.length > longestSource || source.includes('\0'))
    throw refuse(`"source" must be a text of 1 to ${longestSource} characters`);
  return source;
}

const jsonOf = (text: string | undefined): unknown =>
  text === undefined ? undefined : parseGuardedJson(Buffer.from(text), { depth: nesting, keys: 10_000 });

export function recordsOf(records: number | undefined): number {
  if (records !== undefined) return records;
  throw refuse('the field "data" is missing; send an object, or an array of objects');
}

/** Failures of the disk and of the line in words; others pass as they are. */
export function told(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(code))
    return new SluiceError('disk_full', {}, { cause: error });
  return error;
}
