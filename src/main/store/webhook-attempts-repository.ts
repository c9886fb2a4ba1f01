import type { DeliveryAttempt } from '../../shared/contract/webhooks.ts';
import type { Connection } from './connection.ts';

export class WebhookAttemptsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(deliverySeq: number, attempt: DeliveryAttempt): void {
    this.#connection.run(
      `INSERT INTO webhook_attempts (delivery_seq, attempt, time, milliseconds, status_code, error, message, answer)
       VALUES (@deliverySeq, @attempt, @time, @milliseconds, @statusCode, @error, @message, @answer)`,
      { deliverySeq, ...attempt },
    );
  }

  /** Oldest first. */
  list(deliverySeq: number): DeliveryAttempt[] {
    return this.#connection.all<DeliveryAttempt>(
      `SELECT attempt, time, milliseconds, status_code AS statusCode, error, message, answer
       FROM webhook_attempts WHERE delivery_seq = @deliverySeq ORDER BY attempt`,
      { deliverySeq },
    );
  }
}
