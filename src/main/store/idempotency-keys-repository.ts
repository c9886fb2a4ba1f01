import type { Connection } from './connection.ts';

export interface IdempotentRequest {
  readonly requestDigest: string;
  readonly runSeq: number;
}

/** Which run a repeated request already made. */
export class IdempotencyKeysRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  find(owner: string, key: string): IdempotentRequest | undefined {
    return this.#connection.get<IdempotentRequest>(
      `SELECT request_digest AS requestDigest, run_seq AS runSeq
       FROM idempotency_keys WHERE owner = @owner AND key = @key`,
      { owner, key },
    );
  }

  insert(owner: string, key: string, request: IdempotentRequest, at: string): void {
    this.#connection.run(
      `INSERT INTO idempotency_keys (owner, key, request_digest, run_seq, created_at)
       VALUES (@owner, @key, @requestDigest, @runSeq, @at)`,
      { ...request, owner, key, at },
    );
  }

  /** Forgets those made before a time. */
  forgetBefore(time: string): void {
    this.#connection.run('DELETE FROM idempotency_keys WHERE created_at < @time', { time });
  }
}
