import type { DoorName } from '../../shared/contract/domain.ts';
import type { Connection } from './connection.ts';

/** What a row of use covers, in seconds. */
export type UseSpan = 60 | 3600;

export interface UseCount {
  readonly requests: number;
  readonly refused: number;
  readonly limited: number;
}

export interface UseRow extends UseCount {
  readonly keyId: string;
  readonly seconds: UseSpan;
  /** Start of the span, Unix seconds. */
  readonly at: number;
  readonly door: DoorName;
}

/** Requests with each key, counted by span and door. */
export class KeyUseRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Adds to what the span has; nothing for a key that is gone. */
  add({ keyId, seconds, at, door, requests, refused, limited }: UseRow): void {
    this.#connection.run(
      `INSERT INTO key_use (key_id, seconds, at, door, requests, refused, limited)
       SELECT @keyId, @seconds, @at, @door, @requests, @refused, @limited
       WHERE EXISTS (SELECT 1 FROM keys WHERE id = @keyId)
       ON CONFLICT (key_id, seconds, at, door) DO UPDATE SET requests = requests + excluded.requests,
         refused = refused + excluded.refused, limited = limited + excluded.limited`,
      { keyId, seconds, at, door, requests, refused, limited },
    );
  }

  /** Oldest first, from a time on. */
  of(keyId: string, seconds: UseSpan, from: number): UseRow[] {
    return this.#connection.all<UseRow>(
      `SELECT key_id AS keyId, seconds, at, door, requests, refused, limited FROM key_use
       WHERE key_id = @keyId AND seconds = @seconds AND at >= @from ORDER BY at`,
      { keyId, seconds, from },
    );
  }

  /** Of all keys, from a time on. */
  since(seconds: UseSpan, from: number): UseRow[] {
    return this.#connection.all<UseRow>(
      `SELECT key_id AS keyId, seconds, at, door, requests, refused, limited FROM key_use
       WHERE seconds = @seconds AND at >= @from ORDER BY at`,
      { seconds, from },
    );
  }

  /** Forgets rows of a kind from before a time, at most so many. */
  prune(seconds: UseSpan, before: number, limit: number): number {
    return this.#connection.run(
      `DELETE FROM key_use WHERE (key_id, seconds, at, door) IN
         (SELECT key_id, seconds, at, door FROM key_use WHERE seconds = @seconds AND at < @before LIMIT @limit)`,
      { seconds, before, limit },
    ).changes;
  }
}
