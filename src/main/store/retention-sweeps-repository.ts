import type { RetentionSweep } from '../../shared/contract/retention.ts';
import type { Connection } from './connection.ts';

type SweepRow = Omit<RetentionSweep, 'removed'> & { removed: string };

/** So many are kept. */
const historyLength = 200;

/** What clean-ups removed, and why one failed. */
export class RetentionSweepsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(sweep: RetentionSweep): void {
    const { rowId } = this.#connection.run(
      `INSERT INTO retention_sweeps (started_at, finished_at, cause, outcome, message, removed, archived_files,
         archived_bytes, freed_bytes)
       VALUES (@startedAt, @finishedAt, @cause, @outcome, @message, @removed, @archivedFiles, @archivedBytes,
         @freedBytes)`,
      { ...sweep, removed: JSON.stringify(sweep.removed) },
    );
    this.#connection.run('DELETE FROM retention_sweeps WHERE id <= @last', { last: rowId - historyLength });
  }

  /** Newest first. */
  list(limit: number): RetentionSweep[] {
    return this.#connection
      .all<SweepRow>(
        `SELECT started_at AS startedAt, finished_at AS finishedAt, cause, outcome, message, removed,
           archived_files AS archivedFiles, archived_bytes AS archivedBytes, freed_bytes AS freedBytes
         FROM retention_sweeps ORDER BY id DESC LIMIT @limit`,
        { limit },
      )
      .map((row) => ({ ...row, removed: JSON.parse(row.removed) as RetentionSweep['removed'] }));
  }
}
