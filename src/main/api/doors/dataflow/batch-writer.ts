import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { inlineBytes } from '../../../services/received-service.ts';

/** A batch whose bytes are safe: in memory for the row that is about to be committed, or in a synced file. */
export interface WrittenBatch {
  readonly bytes: number;
  readonly sha256: string | null;
  /** Of small batches. */
  readonly content: Buffer | null;
}

export interface BatchWriterOptions {
  /** Of the file, where one is needed. */
  readonly path: string;
  /** The digest of a large batch is computed too. */
  readonly digest: boolean;
}

/** So much may wait to be written before whoever sends it is made to wait. */
const mostWaiting = 4 * 1024 * 1024;
const blockBytes = 512 * 1024;

/**
 * Keeps the pieces of a batch while it arrives: in memory while it is small, else in a file, written beside the event loop
 * as the pieces come. States: open -> finished (durable), or discarded (nothing is left).
 */
export class BatchWriter {
  readonly #options: BatchWriterOptions;
  readonly #hash: Hash | undefined;
  #pieces: Uint8Array[] = [];
  #gathered = 0;
  #bytes = 0;
  #waiting = 0;
  #file: Promise<FileHandle> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #failure: unknown;

  constructor(options: BatchWriterOptions) {
    this.#options = options;
    this.#hash = options.digest ? createHash('sha256') : undefined;
  }

  put(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#gathered += piece.length;
    this.#bytes += piece.length;
    this.#hash?.update(piece);
    if (this.#gathered >= blockBytes) this.#flush();
  }

  /** Resolves when more may come. Throws what writing failed with. */
  async room(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#waiting > mostWaiting) await this.#writing;
  }

  /** When this resolves, the bytes are on the disk or in the answer. */
  async finish(): Promise<WrittenBatch> {
    if (!this.#file && this.#bytes <= inlineBytes) {
      const content = Buffer.concat(this.#pieces);
      const sha256 = createHash('sha256').update(content).digest('hex');
      return { bytes: this.#bytes, sha256, content };
    }
    this.#flush();
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
    const file = await this.#opened();
    // The folder too: a file is only there after a power cut when its name is.
    await Promise.all([file.sync(), syncFolder(dirname(this.#options.path))]);
    await file.close();
    return { bytes: this.#bytes, sha256: this.#hash?.digest('hex') ?? null, content: null };
  }

  async discard(): Promise<void> {
    this.#pieces = [];
    if (!this.#file) return;
    await this.#writing.catch(() => undefined);
    await this.#file.then((file) => file.close()).catch(() => undefined);
    await rm(this.#options.path, { force: true }).catch(() => undefined);
  }

  #flush(): void {
    if (this.#gathered === 0) return;
    const block = this.#pieces;
    const bytes = this.#gathered;
    this.#pieces = [];
    this.#gathered = 0;
    this.#waiting += bytes;
    this.#writing = this.#writing
      .then(async () => writeAll(await this.#opened(), block))
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#waiting -= bytes;
      });
  }

  #opened(): Promise<FileHandle> {
    this.#file ??= openNew(this.#options.path);
    return this.#file;
  }
}

async function writeAll(file: FileHandle, block: readonly Uint8Array[]): Promise<void> {
  const { bytesWritten } = await file.writev(block);
  const bytes = block.reduce((sum, piece) => sum + piece.length, 0);
  if (bytesWritten < bytes) await file.write(Buffer.concat(block).subarray(bytesWritten));
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await syncFolder(dirname(dirname(path)));
    return open(path, 'wx', 0o600);
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for this; NTFS journals the name.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
