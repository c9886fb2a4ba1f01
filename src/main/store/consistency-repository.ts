import type { Connection } from './connection.ts';

/**
 * Looks across tables for what no single change of the program could leave. Indexes are not used where one of them is
 * what forbids the finding: a damaged index forgets.
 */
export class ConsistencyRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Ended runs whose attempts do not count from 1 to their own number, or of which one is still under way. */
  runsWithBrokenAttempts(): { readonly id: string; readonly attempt: number; readonly found: number }[] {
    return this.#connection.all(
      `SELECT r.id, r.attempt, count(a.attempt) AS found
       FROM runs r LEFT JOIN run_attempts a ON a.run_seq = r.seq
       WHERE r.status IN ('succeeded', 'failed', 'cancelled')
       GROUP BY r.seq
       HAVING count(a.attempt) <> r.attempt OR coalesce(max(a.attempt), 0) <> r.attempt
         OR coalesce(sum(a.status = 'running'), 0) > 0
       LIMIT 100`,
    );
  }

  /** Moments at which a trigger fired more than once. */
  repeatedFires(): { readonly triggerId: string; readonly slot: string; readonly times: number }[] {
    return this.#connection.all(
      `SELECT trigger_id AS triggerId, slot, count(*) AS times FROM trigger_fires NOT INDEXED
       GROUP BY trigger_id, slot HAVING count(*) > 1 LIMIT 100`,
    );
  }

  /** Events that were put down for one webhook more than once; replays are others. */
  repeatedDeliveries(): { readonly webhookId: string; readonly eventId: string; readonly times: number }[] {
    return this.#connection.all(
      `SELECT webhook_id AS webhookId, event_id AS eventId, count(*) AS times FROM webhook_deliveries NOT INDEXED
       WHERE kind = 'event' GROUP BY webhook_id, event_id HAVING count(*) > 1 LIMIT 100`,
    );
  }
}
