import type { FireOutcome, TriggerFire } from '../../shared/contract/triggers.ts';
import type { Connection } from './connection.ts';

export interface NewFire {
  readonly triggerId: string;
  readonly slot: string;
  readonly backfillId: string | null;
  readonly dueAt: string;
  readonly firedAt: string;
  readonly outcome: FireOutcome;
  readonly reason: string | null;
  readonly runId: string | null;
  readonly slots: number | null;
  /** JSON of what a waiting fire needs to start later. */
  readonly occasion: string | null;
}

export interface WaitingFire {
  readonly id: number;
  readonly slot: string;
  readonly dueAt: string;
  readonly occasion: string;
}

const select = `
  SELECT f.id, f.slot, f.due_at AS dueAt, f.fired_at AS firedAt, f.outcome, f.reason, f.run_id AS runId,
    r.status AS runStatus, f.slots, f.backfill_id AS backfillId
  FROM trigger_fires f LEFT JOIN runs r ON r.id = f.run_id`;

/** What became of every slot. That a slot is decided once is a unique key here, not a habit of the callers. */
export class TriggerFiresRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Answers the row's id, or undefined where the slot was decided before. */
  insert(fire: NewFire): number | undefined {
    const { changes, rowId } = this.#connection.run(
      `INSERT INTO trigger_fires (trigger_id, slot, backfill_id, due_at, fired_at, outcome, reason, run_id, slots, occasion)
       VALUES (@triggerId, @slot, @backfillId, @dueAt, @firedAt, @outcome, @reason, @runId, @slots, @occasion)
       ON CONFLICT (trigger_id, slot) DO NOTHING`,
      { ...fire },
    );
    return changes > 0 ? rowId : undefined;
  }

  settle(
    id: number,
    outcome: FireOutcome,
    { runId = null, reason = null }: { runId?: string | null; reason?: string | null },
  ): void {
    this.#connection.run(
      `UPDATE trigger_fires SET outcome = @outcome, run_id = @runId, reason = @reason, occasion = NULL
       WHERE id = @id AND outcome = 'waiting'`,
      { id, outcome, runId, reason },
    );
  }

  find(triggerId: string, slot: string): TriggerFire | undefined {
    return this.#connection.get<TriggerFire>(`${select} WHERE f.trigger_id = @triggerId AND f.slot = @slot`, {
      triggerId,
      slot,
    });
  }

  byId(id: number): TriggerFire | undefined {
    return this.#connection.get<TriggerFire>(`${select} WHERE f.id = @id`, { id });
  }

  /** Newest first. Without `backfillId` the fires of backfills are left out. */
  list(filter: { triggerId: string; before?: number; backfillId?: string; limit: number }): TriggerFire[] {
    const { triggerId, before, backfillId, limit } = filter;
    return this.#connection.all<TriggerFire>(
      `${select} WHERE f.trigger_id = @triggerId
         AND f.backfill_id ${backfillId === undefined ? 'IS NULL' : '= @backfillId'}
         ${before === undefined ? '' : 'AND f.id < @before'} ORDER BY f.id DESC LIMIT @limit`,
      {
        triggerId,
        limit,
        ...(before !== undefined && { before }),
        ...(backfillId !== undefined && { backfillId }),
      },
    );
  }

  newest(triggerId: string): TriggerFire | undefined {
    return this.list({ triggerId, limit: 1 })[0];
  }

  /** Oldest first. */
  waiting(triggerId: string, limit: number): WaitingFire[] {
    return this.#connection.all<WaitingFire>(
      `SELECT id, slot, due_at AS dueAt, occasion FROM trigger_fires
       WHERE trigger_id = @triggerId AND outcome = 'waiting' ORDER BY due_at, id LIMIT @limit`,
      { triggerId, limit },
    );
  }

  waitingCount(triggerId: string): number {
    const sql =
      "SELECT count(*) AS n FROM trigger_fires WHERE trigger_id = @triggerId AND outcome = 'waiting'";
    return this.#connection.get<{ n: number }>(sql, { triggerId })?.n ?? 0;
  }

  triggersWaiting(): string[] {
    const sql = "SELECT DISTINCT trigger_id AS id FROM trigger_fires WHERE outcome = 'waiting'";
    return this.#connection.all<{ id: string }>(sql).map(({ id }) => id);
  }

  /** Slots in [from, to) whose run succeeded or has not ended; backfills count too. */
  doneSlots(triggerId: string, from: string, to: string): Set<string> {
    const rows = this.#connection.all<{ at: string }>(
      `SELECT DISTINCT f.due_at AS at FROM trigger_fires f JOIN runs r ON r.id = f.run_id
       WHERE f.trigger_id = @triggerId AND f.due_at >= @from AND f.due_at < @to AND f.outcome = 'started'
         AND f.slot NOT LIKE 'now/%' AND r.status IN ('succeeded', 'queued', 'running')`,
      { triggerId, from, to },
    );
    return new Set(rows.map(({ at }) => at));
  }

  countBefore(before: string): number {
    const sql = "SELECT count(*) AS n FROM trigger_fires WHERE fired_at < @before AND outcome <> 'waiting'";
    return this.#connection.get<{ n: number }>(sql, { before })?.n ?? 0;
  }

  /** Deletes some of those fired before; those that wait stay. Answers how many. */
  prune(before: string, limit: number): number {
    return this.#connection.run(
      `DELETE FROM trigger_fires WHERE id IN (
         SELECT id FROM trigger_fires WHERE fired_at < @before AND outcome <> 'waiting'
         ORDER BY fired_at LIMIT @limit)`,
      { before, limit },
    ).changes;
  }

  /** Keeps the newest rows of a trigger; those that wait stay. */
  trim(triggerId: string, keep: number): void {
    this.#connection.run(
      `DELETE FROM trigger_fires WHERE trigger_id = @triggerId AND outcome <> 'waiting' AND id < (
         SELECT id FROM trigger_fires WHERE trigger_id = @triggerId ORDER BY id DESC LIMIT 1 OFFSET @keep)`,
      { triggerId, keep },
    );
  }
}
