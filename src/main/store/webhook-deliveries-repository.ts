import type { DeliveryStatus, DeliverySummary } from '../../shared/contract/webhooks.ts';
import { Conditions } from './conditions.ts';
import type { Connection } from './connection.ts';

export interface NewDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly kind: DeliverySummary['kind'];
  readonly body: string;
  readonly maxAttempts: number;
  readonly at: string;
  readonly replayOf: string | null;
}

export type StoredDelivery = DeliverySummary & { readonly seq: number };

/** What sending one needs. */
export interface DueDelivery {
  readonly seq: number;
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly kind: DeliverySummary['kind'];
  readonly body: string;
  readonly attempts: number;
  readonly maxAttempts: number;
}

export interface DeliveryFilter {
  readonly webhookId?: string | undefined;
  readonly statuses?: readonly DeliveryStatus[] | undefined;
  readonly eventType?: string | undefined;
  readonly search?: string | undefined;
}

const select = `
  SELECT d.seq, d.id, d.webhook_id AS webhookId, w.name AS webhookName, d.event_id AS eventId,
    d.event_type AS eventType, d.kind, d.status, d.attempts, d.max_attempts AS maxAttempts,
    d.next_attempt_at AS nextAttemptAt, d.created_at AS createdAt, d.finished_at AS finishedAt,
    d.replay_of AS replayOf, a.status_code AS lastStatusCode, a.error AS lastError, a.message AS lastMessage,
    a.milliseconds AS lastMilliseconds
  FROM webhook_deliveries d
  JOIN webhooks w ON w.id = d.webhook_id
  LEFT JOIN webhook_attempts a ON a.delivery_seq = d.seq AND a.attempt = d.attempts`;

/** A paused endpoint gets nothing but what a person asked for by hand. */
const sendable = `status = 'pending' AND (kind <> 'event'
  OR (SELECT paused_at FROM webhooks WHERE id = webhook_id) IS NULL)`;

export class WebhookDeliveriesRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(delivery: NewDelivery): void {
    this.#connection.run(
      `INSERT INTO webhook_deliveries
         (id, webhook_id, event_id, event_type, kind, body, status, max_attempts, next_attempt_at, created_at, replay_of)
       VALUES (@id, @webhookId, @eventId, @eventType, @kind, @body, 'pending', @maxAttempts, @at, @at, @replayOf)`,
      { ...delivery },
    );
  }

  find(id: string): StoredDelivery | undefined {
    return this.#connection.get<StoredDelivery>(`${select} WHERE d.id = @id`, { id });
  }

  body(id: string): string {
    return (
      this.#connection.get<{ body: string }>('SELECT body FROM webhook_deliveries WHERE id = @id', { id })
        ?.body ?? ''
    );
  }

  /** Newest first, those before `beforeSeq`. */
  list(filter: DeliveryFilter, beforeSeq: number | undefined, limit: number): StoredDelivery[] {
    const conditions = conditionsOf(filter);
    conditions.add('beforeSeq', beforeSeq, 'd.seq < @beforeSeq');
    return this.#connection.all<StoredDelivery>(
      `${select} ${conditions.where} ORDER BY d.seq DESC LIMIT @limit`,
      { ...conditions.values, limit },
    );
  }

  count(filter: DeliveryFilter): number {
    const { where, values } = conditionsOf(filter);
    const sql = `SELECT count(*) AS n FROM webhook_deliveries d ${where}`;
    return this.#connection.get<{ n: number }>(sql, values)?.n ?? 0;
  }

  /** Webhooks with something to send, now or later. */
  webhooksWithWork(): string[] {
    return this.#connection
      .all<{ id: string }>(`SELECT DISTINCT webhook_id AS id FROM webhook_deliveries WHERE ${sendable}`)
      .map(({ id }) => id);
  }

  /** Due ones of a webhook, the longest due first. */
  due(webhookId: string, now: string, passedOver: readonly number[], limit: number): DueDelivery[] {
    return this.#connection.all<DueDelivery>(
      `SELECT seq, id, webhook_id AS webhookId, event_id AS eventId, kind, body, attempts, max_attempts AS maxAttempts
       FROM webhook_deliveries
       WHERE webhook_id = @webhookId AND ${sendable} AND next_attempt_at <= @now
         AND seq NOT IN (SELECT value FROM json_each(@passedOver))
       ORDER BY next_attempt_at, seq LIMIT @limit`,
      { webhookId, now, passedOver: JSON.stringify(passedOver), limit },
    );
  }

  /** When the next attempt of a webhook is due, those passed over left out. */
  nextDue(webhookId: string, passedOver: readonly number[]): string | undefined {
    return this.#connection.get<{ at: string }>(
      `SELECT next_attempt_at AS at FROM webhook_deliveries
       WHERE webhook_id = @webhookId AND ${sendable}
         AND seq NOT IN (SELECT value FROM json_each(@passedOver))
       ORDER BY next_attempt_at LIMIT 1`,
      { webhookId, passedOver: JSON.stringify(passedOver) },
    )?.at;
  }

  /** False when it has ended already. */
  postpone(seq: number, attempts: number, nextAttemptAt: string): boolean {
    const sql = `UPDATE webhook_deliveries SET attempts = @attempts, next_attempt_at = @nextAttemptAt
      WHERE seq = @seq AND status = 'pending'`;
    return this.#connection.run(sql, { seq, attempts, nextAttemptAt }).changes > 0;
  }

  finish(seq: number, attempts: number, status: 'delivered' | 'failed', at: string): boolean {
    const sql = `UPDATE webhook_deliveries SET status = @status, attempts = @attempts, next_attempt_at = NULL,
      finished_at = @at WHERE seq = @seq AND status = 'pending'`;
    return this.#connection.run(sql, { seq, attempts, status, at }).changes > 0;
  }

  /** What waits of a webhook is due at once, in its order. */
  sendWaiting(webhookId: string, at: string): void {
    this.#connection.run(
      `UPDATE webhook_deliveries SET next_attempt_at = @at
       WHERE webhook_id = @webhookId AND status = 'pending' AND next_attempt_at > @at`,
      { webhookId, at },
    );
  }

  dropWaiting(webhookId: string, at: string): void {
    this.#connection.run(
      `UPDATE webhook_deliveries SET status = 'dropped', next_attempt_at = NULL, finished_at = @at
       WHERE webhook_id = @webhookId AND status = 'pending'`,
      { webhookId, at },
    );
  }

  waiting(webhookId: string): number {
    const sql =
      "SELECT count(*) AS n FROM webhook_deliveries WHERE webhook_id = @webhookId AND status = 'pending'";
    return this.#connection.get<{ n: number }>(sql, { webhookId })?.n ?? 0;
  }

  /** Of the last hundred that ended. */
  recent(webhookId: string): { delivered: number; failed: number } {
    const row = this.#connection.get<{ delivered: number; failed: number }>(
      `SELECT coalesce(sum(status = 'delivered'), 0) AS delivered, coalesce(sum(status = 'failed'), 0) AS failed
       FROM (SELECT status FROM webhook_deliveries
             WHERE webhook_id = @webhookId AND status IN ('delivered', 'failed') ORDER BY seq DESC LIMIT 100)`,
      { webhookId },
    );
    return row ?? { delivered: 0, failed: 0 };
  }

  newest(webhookId: string): StoredDelivery | undefined {
    return this.#connection.get<StoredDelivery>(
      `${select} WHERE d.webhook_id = @webhookId ORDER BY d.seq DESC LIMIT 1`,
      { webhookId },
    );
  }

  countBefore(before: string): number {
    const sql = 'SELECT count(*) AS n FROM webhook_deliveries WHERE created_at < @before';
    return this.#connection.get<{ n: number }>(sql, { before })?.n ?? 0;
  }

  /** Ended ones made before a time, and ones that have waited since before it; at most `limit`. Answers how many. */
  prune(before: string, limit: number): number {
    return this.#connection.run(
      `DELETE FROM webhook_deliveries WHERE seq IN (
         SELECT seq FROM webhook_deliveries WHERE created_at < @before ORDER BY created_at LIMIT @limit)`,
      { before, limit },
    ).changes;
  }
}

function conditionsOf(filter: DeliveryFilter): Conditions {
  const found = new Conditions();
  found.add('webhookId', filter.webhookId, 'd.webhook_id = @webhookId');
  found.addAny('statuses', filter.statuses, 'd.status');
  found.add('eventType', filter.eventType, 'd.event_type = @eventType');
  found.add(
    'search',
    filter.search?.trim().toLowerCase(),
    'substr(d.event_id, 1, length(@search)) = @search OR substr(d.id, 1, length(@search)) = @search OR d.replay_of = @search',
  );
  return found;
}
