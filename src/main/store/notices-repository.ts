import type { NoticeChannel, NoticeEvent } from '../../shared/contract/notices.ts';
import type { Connection } from './connection.ts';

export interface NewNotice {
  readonly channel: NoticeChannel;
  readonly event: NoticeEvent;
  readonly eventSeq: number;
  readonly pipelineId: string | null;
  readonly pipelineName: string | null;
  readonly runId: string | null;
  /** Why, in a sentence. */
  readonly reason: string | null;
}

/** What a notice needs of a domain event. */
export interface NotedEvent {
  readonly seq: number;
  readonly type: string;
  readonly environment: string | null;
  readonly pipelineId: string | null;
  readonly pipelineName: string | null;
  readonly runId: string | null;
  readonly reason: string | null;
}

export interface StoredNotice extends NewNotice {
  readonly id: number;
  /** The trigger or the webhook that it is about; null for runs, and where the event is gone. */
  readonly subjectId: string | null;
  readonly subjectName: string | null;
  readonly createdAt: string;
  readonly tries: number;
  /** Not tried before this. */
  readonly nextAt: string | null;
}

/** Notices that wait, were sent or given up; and which pipelines fail at present. */
export class NoticesRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Once an event and channel, however often it is asked. */
  add(notice: NewNotice, at: string): void {
    this.#connection.run(
      `INSERT OR IGNORE INTO notices (channel, event, event_seq, pipeline_id, pipeline_name, run_id, reason, state,
         created_at)
       VALUES (@channel, @event, @eventSeq, @pipelineId, @pipelineName, @runId, @reason, 'waiting', @at)`,
      { ...notice, at },
    );
  }

  /** Oldest first. */
  waiting(channel: NoticeChannel): StoredNotice[] {
    return this.#connection.all<StoredNotice>(
      `SELECT n.id, channel, event, event_seq AS eventSeq, n.pipeline_id AS pipelineId, pipeline_name AS pipelineName,
         run_id AS runId, reason, created_at AS createdAt, tries, next_at AS nextAt,
         coalesce(e.data ->> '$.triggerId', e.resource_id) AS subjectId, e.data ->> '$.name' AS subjectName
       FROM notices n LEFT JOIN events e ON e.seq = n.event_seq
       WHERE channel = @channel AND state = 'waiting' ORDER BY n.id`,
      { channel },
    );
  }

  /** All that waited up to this one. */
  settle(
    channel: NoticeChannel,
    upToId: number,
    state: 'sent' | 'failed',
    at: string,
    error: string | null,
  ): void {
    this.#connection.run(
      `UPDATE notices SET state = @state, sent_at = @at, error = @error, tries = tries + 1
       WHERE channel = @channel AND state = 'waiting' AND id <= @upToId`,
      { channel, upToId, state, at, error },
    );
  }

  postpone(channel: NoticeChannel, upToId: number, nextAt: string, error: string): void {
    this.#connection.run(
      `UPDATE notices SET next_at = @nextAt, error = @error, tries = tries + 1
       WHERE channel = @channel AND state = 'waiting' AND id <= @upToId`,
      { channel, upToId, nextAt, error },
    );
  }

  /** Forgets what waits of a channel that was switched off. */
  dropWaiting(channel: NoticeChannel): void {
    this.#connection.run("DELETE FROM notices WHERE channel = @channel AND state = 'waiting'", { channel });
  }

  state(channel: NoticeChannel): { waiting: number; lastSentAt: string | null; error: string | null } {
    const count = this.#connection.get<{ n: number }>(
      "SELECT count(*) AS n FROM notices WHERE channel = @channel AND state = 'waiting'",
      { channel },
    );
    const sent = this.#connection.get<{ at: string | null }>(
      "SELECT max(sent_at) AS at FROM notices WHERE channel = @channel AND state = 'sent'",
      { channel },
    );
    const lastSentAt = sent?.at ?? null;
    // What waits with an error was tried later than what was given up.
    const troubled = this.#connection.get<{ error: string | null }>(
      `SELECT error FROM notices WHERE channel = @channel
         AND ((state = 'waiting' AND error IS NOT NULL) OR (state = 'failed' AND sent_at > @since))
       ORDER BY state = 'waiting' DESC, id DESC LIMIT 1`,
      { channel, since: lastSentAt ?? '' },
    );
    return { waiting: count?.n ?? 0, lastSentAt, error: troubled?.error ?? null };
  }

  prune(before: string, limit: number): number {
    return this.#connection.run(
      `DELETE FROM notices WHERE id IN (
         SELECT id FROM notices WHERE state <> 'waiting' AND created_at < @before ORDER BY id LIMIT @limit)`,
      { before, limit },
    ).changes;
  }

  countOlder(before: string): number {
    const row = this.#connection.get<{ n: number }>(
      "SELECT count(*) AS n FROM notices WHERE state <> 'waiting' AND created_at < @before",
      { before },
    );
    return row?.n ?? 0;
  }

  failing(): { pipelineId: string }[] {
    return this.#connection.all('SELECT pipeline_id AS pipelineId FROM failing_pipelines');
  }

  markFailing(pipelineId: string, at: string): void {
    this.#connection.run(
      'INSERT OR IGNORE INTO failing_pipelines (pipeline_id, since) VALUES (@pipelineId, @at)',
      { pipelineId, at },
    );
  }

  /** True when it was failing until now. */
  markRecovered(pipelineId: string): boolean {
    const sql = 'DELETE FROM failing_pipelines WHERE pipeline_id = @pipelineId';
    return this.#connection.run(sql, { pipelineId }).changes > 0;
  }

  /** Events of these types after one place and up to another; of changes only those that nobody asked for. */
  eventsBetween(after: number, upTo: number, types: readonly string[]): NotedEvent[] {
    return this.#connection.all<NotedEvent>(
      `SELECT seq, type, environment, pipeline_id AS pipelineId, data ->> '$.pipelineName' AS pipelineName,
         data ->> '$.runId' AS runId,
         coalesce(data ->> '$.error.message', data ->> '$.expectedBy', data ->> '$.reason') AS reason
       FROM events WHERE seq > @after AND seq <= @upTo AND type IN (SELECT value FROM json_each(@types))
         AND (type <> 'resource.updated' OR data ->> '$.automatic')
       ORDER BY seq`,
      { after, upTo, types: JSON.stringify(types) },
    );
  }

  /** Documents of runs that are neither over nor known to be late, with the time they are given. */
  revisionsUnderWay(): { pipelineId: string; revision: number; lateAfter: string | null }[] {
    return this.#connection.all(
      `SELECT p.pipeline_id AS pipelineId, p.revision, p.document ->> '$.lateAfter' AS lateAfter
       FROM pipeline_revisions p WHERE (pipeline_id, revision) IN (
         SELECT DISTINCT pipeline_id, revision FROM runs
         WHERE status IN ('queued', 'running') AND late_at IS NULL)`,
    );
  }

  overdue(pipelineId: string, revision: number, before: string): { seq: number; queuedAt: string }[] {
    return this.#connection.all(
      `SELECT seq, queued_at AS queuedAt FROM runs
       WHERE status IN ('queued', 'running') AND late_at IS NULL AND pipeline_id = @pipelineId
         AND revision = @revision AND queued_at < @before`,
      { pipelineId, revision, before },
    );
  }

  /** Runs of schedules that should have started before this. */
  unstartedOfSchedules(before: string): { seq: number; dueAt: string }[] {
    return this.#connection.all(
      `SELECT seq, coalesce(not_before, queued_at) AS dueAt FROM runs
       WHERE status = 'queued' AND late_at IS NULL AND "trigger" = 'schedule' AND attempt = 0
         AND coalesce(not_before, queued_at) < @before`,
      { before },
    );
  }

  markLate(seq: number, at: string): void {
    this.#connection.run('UPDATE runs SET late_at = @at WHERE seq = @seq', { seq, at });
  }
}
