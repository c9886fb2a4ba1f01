import type { Backfill } from '../../shared/contract/triggers.ts';
import type { Connection } from './connection.ts';

export type StoredBackfill = Omit<Backfill, 'active' | 'succeeded' | 'failed'> & {
  readonly nextSlot: string | null;
};
type BackfillRow = Omit<StoredBackfill, 'skipDone'> & { skipDone: number };

const select = `
  SELECT id, trigger_id AS triggerId, from_at AS "from", to_at AS "to", skip_done AS skipDone, parallel, status, total,
    done, next_slot AS nextSlot, created_at AS createdAt, updated_at AS updatedAt
  FROM backfills`;

export class BackfillsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert({ skipDone, ...backfill }: StoredBackfill): void {
    this.#connection.run(
      `INSERT INTO backfills (id, trigger_id, from_at, to_at, skip_done, parallel, status, total, done, next_slot,
         created_at, updated_at)
       VALUES (@id, @triggerId, @from, @to, @skipDone, @parallel, @status, @total, @done, @nextSlot, @createdAt, @updatedAt)`,
      { ...backfill, skipDone: Number(skipDone) },
    );
  }

  find(id: string): StoredBackfill | undefined {
    const row = this.#connection.get<BackfillRow>(`${select} WHERE id = @id`, { id });
    return row && toBackfill(row);
  }

  /** Newest first. */
  list(triggerId: string): StoredBackfill[] {
    return this.#connection
      .all<BackfillRow>(
        `${select} WHERE trigger_id = @triggerId ORDER BY created_at DESC, id DESC LIMIT 100`,
        {
          triggerId,
        },
      )
      .map(toBackfill);
  }

  running(): StoredBackfill[] {
    return this.#connection
      .all<BackfillRow>(`${select} WHERE status = 'running' ORDER BY created_at, id`)
      .map(toBackfill);
  }

  setStatus(id: string, status: Backfill['status'], at: string): void {
    this.#connection.run('UPDATE backfills SET status = @status, updated_at = @at WHERE id = @id', {
      id,
      status,
      at,
    });
  }

  advance(id: string, done: number, nextSlot: string | null, at: string): void {
    this.#connection.run(
      'UPDATE backfills SET done = @done, next_slot = @nextSlot, updated_at = @at WHERE id = @id',
      { id, done, nextSlot, at },
    );
  }
}

function toBackfill({ skipDone, ...row }: BackfillRow): StoredBackfill {
  return { ...row, skipDone: skipDone !== 0 };
}
