import type { Environment } from '../../shared/contract/domain.ts';
import type { Connection } from './connection.ts';

export interface StoredBatch {
  readonly id: string;
  readonly environment: Environment;
  readonly source: string;
  readonly records: number;
  readonly bytes: number;
  /** Hex digest of its bytes, where it was computed. */
  readonly sha256: string | null;
  /** Of small batches; the others are files. */
  readonly content: Buffer | null;
}

export type BatchFile = Pick<StoredBatch, 'id' | 'environment' | 'bytes' | 'sha256'>;

const columns = 'id, environment, source, records, bytes, sha256, content';
const file = 'id, environment, bytes, sha256';

/** Records that were sent to us, as they came. */
export class ReceivedRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(batch: StoredBatch, at: string): void {
    this.#connection.run(
      `INSERT INTO received_batches (id, environment, source, records, bytes, sha256, content, received_at)
       VALUES (@id, @environment, @source, @records, @bytes, @sha256, @content, @at)`,
      { ...batch, at },
    );
  }

  /** From now on the batch lives as long as the run. */
  bind(id: string, runId: string): void {
    this.#connection.run(
      'UPDATE received_batches SET run_seq = (SELECT seq FROM runs WHERE id = @runId) WHERE id = @id',
      { id, runId },
    );
  }

  find(id: string, source: string, environment: Environment): StoredBatch | undefined {
    return this.#connection.get<StoredBatch>(
      `SELECT ${columns} FROM received_batches
       WHERE id = @id AND source = @source AND environment = @environment`,
      { id, source, environment },
    );
  }

  newest(source: string, environment: Environment): StoredBatch | undefined {
    return this.#connection.get<StoredBatch>(
      `SELECT ${columns} FROM received_batches
       WHERE source = @source AND environment = @environment ORDER BY seq DESC LIMIT 1`,
      { source, environment },
    );
  }

  /** Batches that are files. */
  files(): BatchFile[] {
    return this.#connection.all<BatchFile>(`SELECT ${file} FROM received_batches WHERE content IS NULL`);
  }

  /** Removes batches whose runs are gone, but for the newest of each source. Answers them. */
  removeUnbound(limit: number): (BatchFile & { readonly isFile: 0 | 1 })[] {
    return this.#connection.all(
      `DELETE FROM received_batches WHERE seq IN (
         SELECT b.seq FROM received_batches b
         WHERE b.run_seq IS NULL AND EXISTS (
           SELECT 1 FROM received_batches n
           WHERE n.environment = b.environment AND n.source = b.source AND n.seq > b.seq)
         LIMIT @limit)
       RETURNING ${file}, content IS NULL AS isFile`,
      { limit },
    );
  }
}
