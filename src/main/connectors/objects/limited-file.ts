import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FetchedFile, FetchTarget, Reach } from '../connector.ts';

export interface FileTarget extends Pick<FetchTarget, 'onProgress'> {
  readonly path: string;
  readonly most: number | undefined;
}

/** Thrown inside a pipeline to end it where enough has come. */
class Enough extends Error {}

/** Streams into a file, no more than is needed. */
export async function writeLimited(body: Readable, target: FileTarget, reach: Reach): Promise<FetchedFile> {
  let bytes = 0;
  const { most = Infinity } = target;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const room = Math.max(0, most - bytes);
      const piece = chunk.length > room ? chunk.subarray(0, room) : chunk;
      bytes += piece.length;
      target.onProgress({ bytes });
      this.push(piece);
      done(piece.length < chunk.length ? new Enough() : null);
    },
  });
  const file = createWriteStream(target.path, { mode: 0o600 });
  try {
    await pipeline(body, meter, file, { signal: reach.signal });
    return { bytes, whole: true };
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
    return { bytes: file.bytesWritten, whole: false };
  }
}
