import type { Connection } from './connection.ts';

export interface RateState {
  readonly door: string;
  readonly rule: string;
  /** Unix milliseconds when all of the limit is free again. */
  readonly freeAt: number;
}

/** How far the limits of keys are used up. */
export class RateStatesRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  of(keyId: string): RateState[] {
    return this.#connection.all<RateState>(
      'SELECT door, rule, free_at AS freeAt FROM rate_states WHERE key_id = @keyId',
      { keyId },
    );
  }

  /** Nothing for a key that is gone. */
  set(keyId: string, { door, rule, freeAt }: RateState): void {
    this.#connection.run(
      `INSERT INTO rate_states (key_id, door, rule, free_at)
       SELECT @keyId, @door, @rule, @freeAt WHERE EXISTS (SELECT 1 FROM keys WHERE id = @keyId)
       ON CONFLICT (key_id, door, rule) DO UPDATE SET free_at = excluded.free_at`,
      { keyId, door, rule, freeAt },
    );
  }
}
