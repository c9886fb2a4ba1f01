import type { Environment } from '../../shared/contract/domain.ts';
import type { PauseReason, WebhookShape } from '../../shared/contract/webhooks.ts';
import type { Connection } from './connection.ts';

export interface StoredWebhook {
  readonly id: string;
  readonly environment: Environment | null;
  readonly name: string;
  readonly url: string;
  readonly shape: WebhookShape;
  readonly events: readonly string[];
  readonly pipelineIds: readonly string[];
  readonly resourceTypes: readonly string[];
  readonly maxAttempts: number;
  readonly allowPrivate: boolean;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly pausedAt: string | null;
  readonly pausedReason: PauseReason | null;
  readonly pausedDetail: string | null;
  /** Attempts that failed since the last one that did not. */
  readonly failures: number;
}

export interface Pause {
  readonly at: string;
  readonly reason: PauseReason;
  readonly detail: string | null;
}

type WebhookRow = Omit<StoredWebhook, 'events' | 'pipelineIds' | 'resourceTypes' | 'allowPrivate'> & {
  events: string;
  pipelineIds: string;
  resourceTypes: string;
  allowPrivate: number;
};

const select = `
  SELECT id, environment, name, url, shape, events, pipeline_ids AS pipelineIds, resource_types AS resourceTypes,
    max_attempts AS maxAttempts, allow_private AS allowPrivate, created_by AS createdBy, created_at AS createdAt,
    updated_at AS updatedAt, paused_at AS pausedAt, paused_reason AS pausedReason, paused_detail AS pausedDetail,
    failures
  FROM webhooks`;

export class WebhooksRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(webhook: StoredWebhook, workspaceId: string): void {
    this.#connection.run(
      `INSERT INTO webhooks (id, workspace_id, environment, name, url, shape, events, pipeline_ids, resource_types,
         max_attempts, allow_private, created_by, created_at, updated_at)
       VALUES (@id, @workspaceId, @environment, @name, @url, @shape, @events, @pipelineIds, @resourceTypes,
         @maxAttempts, @allowPrivate, @createdBy, @createdAt, @updatedAt)`,
      {
        ...valuesOf(webhook),
        workspaceId,
        createdBy: webhook.createdBy,
        createdAt: webhook.createdAt,
        shape: webhook.shape,
      },
    );
  }

  update(webhook: StoredWebhook): void {
    this.#connection.run(
      `UPDATE webhooks SET environment = @environment, name = @name, url = @url, events = @events,
         pipeline_ids = @pipelineIds, resource_types = @resourceTypes, max_attempts = @maxAttempts,
         allow_private = @allowPrivate, updated_at = @updatedAt
       WHERE id = @id`,
      valuesOf(webhook),
    );
  }

  /** By name, then by age. */
  list(): StoredWebhook[] {
    return this.#connection.all<WebhookRow>(`${select} ORDER BY fold(name), id`).map(toWebhook);
  }

  find(id: string): StoredWebhook | undefined {
    const row = this.#connection.get<WebhookRow>(`${select} WHERE id = @id`, { id });
    return row && toWebhook(row);
  }

  /** False when it was paused already. */
  pause(id: string, { at, reason, detail }: Pause): boolean {
    const sql = `UPDATE webhooks SET paused_at = @at, paused_reason = @reason, paused_detail = @detail, updated_at = @at
      WHERE id = @id AND paused_at IS NULL`;
    return this.#connection.run(sql, { id, at, reason, detail }).changes > 0;
  }

  resume(id: string, at: string): boolean {
    const sql = `UPDATE webhooks SET paused_at = NULL, paused_reason = NULL, paused_detail = NULL, failures = 0,
      updated_at = @at WHERE id = @id AND paused_at IS NOT NULL`;
    return this.#connection.run(sql, { id, at }).changes > 0;
  }

  /** Answers how many attempts have failed in a row now. */
  countFailure(id: string): number {
    const sql = 'UPDATE webhooks SET failures = failures + 1 WHERE id = @id RETURNING failures';
    return this.#connection.get<{ failures: number }>(sql, { id })?.failures ?? 0;
  }

  clearFailures(id: string): void {
    this.#connection.run('UPDATE webhooks SET failures = 0 WHERE id = @id AND failures > 0', { id });
  }

  remove(id: string): boolean {
    return this.#connection.run('DELETE FROM webhooks WHERE id = @id', { id }).changes > 0;
  }
}

/** What an insert and an update have in common. */
function valuesOf(webhook: StoredWebhook) {
  const { id, environment, name, url, maxAttempts, updatedAt } = webhook;
  return {
    id,
    environment,
    name,
    url,
    maxAttempts,
    updatedAt,
    events: JSON.stringify(webhook.events),
    pipelineIds: JSON.stringify(webhook.pipelineIds),
    resourceTypes: JSON.stringify(webhook.resourceTypes),
    allowPrivate: Number(webhook.allowPrivate),
  };
}

function toWebhook({ events, pipelineIds, resourceTypes, allowPrivate, ...row }: WebhookRow): StoredWebhook {
  return {
    ...row,
    events: JSON.parse(events) as string[],
    pipelineIds: JSON.parse(pipelineIds) as string[],
    resourceTypes: JSON.parse(resourceTypes) as string[],
    allowPrivate: allowPrivate === 1,
  };
}
