import type {
  Environment,
  RunMode,
  RunStatus,
  RunSummary,
  RunTrigger,
} from '../../shared/contract/domain.ts';
import type { RunFilter } from '../../shared/contract/runs.ts';
import type { ErrorReport } from '../../shared/errors/sluice-error.ts';
import type { Connection } from './connection.ts';
import { runConditions } from './run-conditions.ts';

export interface NewRun {
  readonly id: string;
  readonly pipelineId: string;
  readonly revision: number;
  readonly environment: Environment;
  readonly mode: RunMode;
  readonly trigger: RunTrigger;
  readonly cause: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly upTo: string | null;
  readonly keyId: string | null;
  readonly queuedAt: string;
  readonly priority: number;
  /** Who asked; runs of one priority are claimed in turns between the lanes. */
  readonly lane: string;
  readonly notBefore: string | null;
  readonly originRun: string | null;
  readonly originVerb: RunSummary['originVerb'];
  readonly fromNode: string | null;
  readonly labels: readonly string[];
  readonly triggerId: string | null;
  readonly chain: number;
  /** Text of the document it executes instead of its revision's. */
  readonly derived: string | null;
}

/** A run with what only the services use beside the summary. */
export interface StoredRun extends RunSummary {
  readonly seq: number;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly upTo: string | null;
  readonly keyId: string | null;
  readonly cancelRequestedAt: string | null;
  /** `cancelled` or `replaced`, once it is to be cancelled. */
  readonly cancelReason: string | null;
  readonly lane: string;
  readonly fromNode: string | null;
  readonly chain: number;
  readonly derived: string | null;
  /** Lines of its log, of all attempts. */
  readonly logLines: number;
  /** When retention took its log away. */
  readonly logRemovedAt: string | null;
}

/** What a person adds to a run; undefined leaves as it is, null takes away. */
export interface RunAnnotation {
  readonly labels?: readonly string[];
  readonly note?: string | null;
  readonly pinnedAt?: string | null;
}

/** The oldest startable run of a lane and pipeline. */
export interface QueueHead {
  readonly lane: string;
  readonly pipelineId: string;
  readonly seq: number;
  readonly revision: number;
  readonly priority: number;
}

/** The place that a running run takes. */
export interface Occupied {
  readonly pipelineId: string;
  readonly lane: string;
  readonly priority: number;
}

export interface RunEnd {
  readonly status: Extract<RunStatus, 'succeeded' | 'failed' | 'cancelled'>;
  readonly at: string;
  readonly error: ErrorReport | null;
  readonly rowsRead: number | null;
  readonly rowsWritten: number | null;
}

type RunRow = Omit<StoredRun, 'error' | 'parameters' | 'labels' | 'pinned'> & {
  error: string | null;
  parameters: string;
  labels: string;
  pinned: 0 | 1;
};

// A join would let the planner start from the pipelines and sort all runs; this way it walks runs newest first.
const select = `
  SELECT r.seq, r.id, r.pipeline_id AS pipelineId,
    (SELECT name FROM pipelines WHERE id = r.pipeline_id) AS pipelineName,
    r.revision, r.status, r.mode, r.environment, r."trigger", r.cause, r.attempt, r.percent, r.parameters,
    r.up_to AS upTo, r.key_id AS keyId, r.queued_at AS queuedAt, r.started_at AS startedAt,
    r.finished_at AS finishedAt, r.cancel_requested_at AS cancelRequestedAt,
    r.cancel_reason AS cancelReason, r.rows_read AS rowsRead, r.rows_written AS rowsWritten, r.error,
    r.log_lines AS logLines, r.log_removed_at AS logRemovedAt, r.priority, r.lane, r.not_before AS notBefore, r.origin_run AS originRun,
    r.origin_verb AS originVerb, r.from_node AS fromNode, r.labels, r.note,
    r.pinned_at IS NOT NULL AS pinned, r.trigger_id AS triggerId, r.chain, r.derived
  FROM runs r`;

/** Rows of runs. The moves between statuses are here as guarded updates; when they are made is the service's. */
export class RunsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(run: NewRun): number {
    return this.#connection.run(
      `INSERT INTO runs (id, pipeline_id, revision, environment, status, mode, "trigger", cause, parameters, up_to,
         key_id, queued_at, priority, lane, not_before, origin_run, origin_verb, from_node, labels, trigger_id, chain,
         derived)
       VALUES (@id, @pipelineId, @revision, @environment, 'queued', @mode, @trigger, @cause, @parameters, @upTo,
         @keyId, @queuedAt, @priority, @lane, @notBefore, @originRun, @originVerb, @fromNode, @labels, @triggerId,
         @chain, @derived)`,
      { ...run, parameters: JSON.stringify(run.parameters), labels: JSON.stringify(run.labels) },
    ).rowId;
  }

  find(id: string): StoredRun | undefined {
    const row = this.#connection.get<RunRow>(`${select} WHERE r.id = @id`, { id });
    return row && toRun(row);
  }

  findBySeq(seq: number): StoredRun | undefined {
    const row = this.#connection.get<RunRow>(`${select} WHERE r.seq = @seq`, { seq });
    return row && toRun(row);
  }

  /** Newest first, those accepted before `beforeSeq`. */
  list(filter: RunFilter, beforeSeq: number | undefined, limit: number): StoredRun[] {
    const conditions = runConditions(filter);
    conditions.add('beforeSeq', beforeSeq, 'r.seq < @beforeSeq');
    return this.#connection
      .all<RunRow>(`${select} ${conditions.where} ORDER BY r.seq DESC LIMIT @limit`, {
        ...conditions.values,
        limit,
      })
      .map(toRun);
  }

  queuedCount(): number {
    const sql = "SELECT count(*) AS n FROM runs WHERE status = 'queued'";
    return this.#connection.get<{ n: number }>(sql)?.n ?? 0;
  }

  /** The highest priority of a queued run below `below` and not below `least`. */
  nextPriority(below: number, least: number): number | undefined {
    const row = this.#connection.get<{ priority: number }>(
      `SELECT priority FROM runs INDEXED BY runs_queue
       WHERE status = 'queued' AND priority < @below AND priority >= @least ORDER BY priority DESC LIMIT 1`,
      { below, least },
    );
    return row?.priority;
  }

  /**
   * Of each lane and pipeline that has queued runs of this priority, the oldest run that may start at `now`. The index
   * is jumped through, so that ten thousand runs of one lane cost as much as one.
   */
  queueHeads(priority: number, now: string): QueueHead[] {
    const queued = `FROM runs q INDEXED BY runs_queue WHERE q.status = 'queued' AND q.priority = @priority`;
    return this.#connection.all<QueueHead>(
      `WITH RECURSIVE places (seq, lane, pipeline_id) AS (
         SELECT seq, lane, pipeline_id FROM runs WHERE seq =
           (SELECT q.seq ${queued} ORDER BY q.lane, q.pipeline_id LIMIT 1)
         UNION ALL
         SELECT r.seq, r.lane, r.pipeline_id FROM places p CROSS JOIN runs r WHERE r.seq = coalesce(
           (SELECT q.seq ${queued} AND q.lane = p.lane AND q.pipeline_id > p.pipeline_id
            ORDER BY q.pipeline_id LIMIT 1),
           (SELECT q.seq ${queued} AND q.lane > p.lane ORDER BY q.lane, q.pipeline_id LIMIT 1))
       ), heads AS MATERIALIZED (
         SELECT lane, pipeline_id AS pipelineId,
           (SELECT q.seq ${queued} AND q.lane = p.lane AND q.pipeline_id = p.pipeline_id
              AND (q.not_before IS NULL OR q.not_before <= @now) ORDER BY q.seq LIMIT 1) AS seq
         FROM places p
       )
       SELECT h.*, @priority AS priority, r.revision FROM heads h JOIN runs r ON r.seq = h.seq`,
      { priority, now },
    );
  }

  /** What the running runs occupy. */
  occupied(): Occupied[] {
    return this.#connection.all<Occupied>(
      "SELECT pipeline_id AS pipelineId, lane, priority FROM runs INDEXED BY runs_running WHERE status = 'running'",
    );
  }

  /** When the first of the queued runs that may not start at `now` may do so. */
  nextDue(now: string): string | undefined {
    const sql = `SELECT min(not_before) AS due FROM runs INDEXED BY runs_waiting
      WHERE status = 'queued' AND not_before > @now`;
    return this.#connection.get<{ due: string | null }>(sql, { now })?.due ?? undefined;
  }

  /** Runs of a pipeline that have not ended, oldest first. */
  active(pipelineId: string): { id: string; seq: number; status: 'queued' | 'running' }[] {
    return this.#connection.all(
      `SELECT id, seq, status FROM runs INDEXED BY runs_queued_of_pipeline
         WHERE status = 'queued' AND pipeline_id = @pipelineId
       UNION ALL
       SELECT id, seq, status FROM runs INDEXED BY runs_running
         WHERE status = 'running' AND pipeline_id = @pipelineId
       ORDER BY seq`,
      { pipelineId },
    );
  }

  running(): StoredRun[] {
    return this.#connection.all<RunRow>(`${select} WHERE r.status = 'running' ORDER BY r.seq`).map(toRun);
  }

  /** Queued -> running, with the next attempt's number. False when it is not queued any more. */
  start(seq: number, at: string): boolean {
    const { changes } = this.#connection.run(
      `UPDATE runs SET status = 'running', attempt = attempt + 1, percent = 0, started_at = @at, not_before = NULL
       WHERE seq = @seq AND status = 'queued'`,
      { seq, at },
    );
    return changes > 0;
  }

  /** Running -> queued, for another attempt that starts at `notBefore` or at once. */
  requeue(seq: number, notBefore: string | null): void {
    this.#connection.run(
      `UPDATE runs SET status = 'queued', percent = 0, started_at = NULL, not_before = @notBefore
       WHERE seq = @seq AND status = 'running'`,
      { seq, notBefore },
    );
  }

  /** False when the run has ended already. A run that succeeds is at 100 percent; any other stays where it was. */
  end(seq: number, { error, ...end }: RunEnd): boolean {
    const { changes } = this.#connection.run(
      `UPDATE runs SET status = @status, finished_at = @at, error = @error, rows_read = @rowsRead,
         rows_written = @rowsWritten, percent = CASE @status WHEN 'succeeded' THEN 100 ELSE percent END
       WHERE seq = @seq AND status IN ('queued', 'running')`,
      { ...end, seq, error: error && JSON.stringify(error) },
    );
    return changes > 0;
  }

  setPercent(seq: number, percent: number): void {
    this.#connection.run("UPDATE runs SET percent = @percent WHERE seq = @seq AND status = 'running'", {
      seq,
      percent,
    });
  }

  addLogLines(seq: number, lines: number, bytes: number): void {
    this.#connection.run(
      'UPDATE runs SET log_lines = log_lines + @lines, log_bytes = log_bytes + @bytes WHERE seq = @seq',
      { seq, lines, bytes },
    );
  }

  /** The first wish stands. */
  markCancelRequested(seq: number, at: string, reason: string): void {
    this.#connection.run(
      'UPDATE runs SET cancel_requested_at = @at, cancel_reason = @reason WHERE seq = @seq AND cancel_requested_at IS NULL',
      { seq, at, reason },
    );
  }

  annotate(seq: number, { labels, note, pinnedAt }: RunAnnotation): void {
    this.#connection.run(
      `UPDATE runs SET labels = coalesce(@labels, labels), note = CASE @setNote WHEN 1 THEN @note ELSE note END,
         pinned_at = CASE @setPin WHEN 1 THEN @pinnedAt ELSE pinned_at END
       WHERE seq = @seq`,
      {
        seq,
        labels: labels === undefined ? null : JSON.stringify(labels),
        setNote: note === undefined ? 0 : 1,
        note: note ?? null,
        setPin: pinnedAt === undefined ? 0 : 1,
        pinnedAt: pinnedAt ?? null,
      },
    );
  }

  /** Deletes an ended run with all but its log, whose lines are noted as doomed. False when it has not ended. */
  remove(id: string): boolean {
    const sql = "DELETE FROM runs WHERE id = @id AND status IN ('succeeded', 'failed', 'cancelled')";
    return this.#connection.run(sql, { id }).changes > 0;
  }
}

function toRun({ error, parameters, labels, pinned, ...row }: RunRow): StoredRun {
  return {
    ...row,
    pinned: pinned === 1,
    labels: JSON.parse(labels) as string[],
    parameters: JSON.parse(parameters) as StoredRun['parameters'],
    error: error === null ? null : (JSON.parse(error) as ErrorReport),
  };
}
