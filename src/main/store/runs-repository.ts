import type {
  Environment,
  RunMode,
  RunStatus,
  RunSummary,
  RunTrigger,
} from '../../shared/contract/domain.ts';
import type { RunFilter } from '../../shared/contract/runs.ts';
import type { ErrorReport } from '../../shared/errors/sluice-error.ts';
import { type Connection, fold, type SqlValues } from './connection.ts';

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
}

/** A run with what only the services use beside the summary. */
export interface StoredRun extends RunSummary {
  readonly seq: number;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly upTo: string | null;
  readonly keyId: string | null;
  readonly cancelRequestedAt: string | null;
  /** Lines of its log, of all attempts. */
  readonly logLines: number;
}

export interface RunEnd {
  readonly status: Extract<RunStatus, 'succeeded' | 'failed' | 'cancelled'>;
  readonly at: string;
  readonly error: ErrorReport | null;
  readonly rowsRead: number | null;
  readonly rowsWritten: number | null;
}

type RunRow = Omit<StoredRun, 'error' | 'parameters'> & { error: string | null; parameters: string };

// A join would let the planner start from the pipelines and sort all runs; this way it walks runs newest first.
const select = `
  SELECT r.seq, r.id, r.pipeline_id AS pipelineId,
    (SELECT name FROM pipelines WHERE id = r.pipeline_id) AS pipelineName,
    r.revision, r.status, r.mode, r.environment, r."trigger", r.cause, r.attempt, r.percent, r.parameters,
    r.up_to AS upTo, r.key_id AS keyId, r.queued_at AS queuedAt, r.started_at AS startedAt,
    r.finished_at AS finishedAt, r.cancel_requested_at AS cancelRequestedAt,
    r.rows_read AS rowsRead, r.rows_written AS rowsWritten, r.error, r.log_lines AS logLines
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
         key_id, queued_at)
       VALUES (@id, @pipelineId, @revision, @environment, 'queued', @mode, @trigger, @cause, @parameters, @upTo,
         @keyId, @queuedAt)`,
      { ...run, parameters: JSON.stringify(run.parameters) },
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
    const { conditions, values } = conditionsOf(filter);
    if (beforeSeq !== undefined) conditions.push('r.seq < @beforeSeq');
    const where = whereOf(conditions);
    return this.#connection
      .all<RunRow>(`${select} ${where} ORDER BY r.seq DESC LIMIT @limit`, {
        ...values,
        ...(beforeSeq !== undefined && { beforeSeq }),
        limit,
      })
      .map(toRun);
  }

  count(filter: RunFilter): number {
    const { conditions, values } = conditionsOf(filter);
    return this.#number(`SELECT count(*) AS n FROM runs r ${whereOf(conditions)}`, values);
  }

  queuedCount(): number {
    return this.#number("SELECT count(*) AS n FROM runs WHERE status = 'queued'", {});
  }

  /** The oldest queued run of a pipeline that has fewer than `perPipeline` running and is not passed over. */
  oldestClaimable(perPipeline: number, passedOver: readonly string[] = []): StoredRun | undefined {
    const next = this.#connection.get<{ seq: number }>(
      `SELECT seq FROM runs INDEXED BY runs_queue
       WHERE status = 'queued' AND pipeline_id NOT IN (
         SELECT pipeline_id FROM runs WHERE status = 'running' GROUP BY pipeline_id HAVING count(*) >= @perPipeline)
         AND pipeline_id NOT IN (SELECT value FROM json_each(@passedOver))
       ORDER BY seq LIMIT 1`,
      { perPipeline, passedOver: JSON.stringify(passedOver) },
    );
    return next && this.findBySeq(next.seq);
  }

  running(): StoredRun[] {
    return this.#connection.all<RunRow>(`${select} WHERE r.status = 'running' ORDER BY r.seq`).map(toRun);
  }

  start(seq: number, at: string): void {
    this.#connection.run(
      `UPDATE runs SET status = 'running', attempt = attempt + 1, percent = 0, started_at = @at
       WHERE seq = @seq AND status = 'queued'`,
      { seq, at },
    );
  }

  requeue(seq: number): void {
    this.#connection.run(
      "UPDATE runs SET status = 'queued', percent = 0, started_at = NULL WHERE seq = @seq AND status = 'running'",
      { seq },
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

  addLogLines(seq: number, lines: number): void {
    this.#connection.run('UPDATE runs SET log_lines = log_lines + @lines WHERE seq = @seq', { seq, lines });
  }

  markCancelRequested(seq: number, at: string): void {
    this.#connection.run(
      'UPDATE runs SET cancel_requested_at = coalesce(cancel_requested_at, @at) WHERE seq = @seq',
      { seq, at },
    );
  }

  /** Deletes an ended run and, by cascade, its steps, logs and outputs. False when it has not ended. */
  remove(id: string): boolean {
    const sql = "DELETE FROM runs WHERE id = @id AND status IN ('succeeded', 'failed', 'cancelled')";
    return this.#connection.run(sql, { id }).changes > 0;
  }

  #number(sql: string, values: SqlValues): number {
    return this.#connection.get<{ n: number }>(sql, values)?.n ?? 0;
  }
}

function conditionsOf(filter: RunFilter): { conditions: string[]; values: Record<string, string> } {
  const conditions: string[] = [];
  const values: Record<string, string> = {};
  const add = (name: string, value: string | undefined, condition: string): void => {
    if (value === undefined || value === '') return;
    conditions.push(condition);
    values[name] = value;
  };
  add('pipelineId', filter.pipelineId, 'r.pipeline_id = @pipelineId');
  const statuses = filter.statuses?.length ? JSON.stringify(filter.statuses) : undefined;
  add('statuses', statuses, 'r.status IN (SELECT value FROM json_each(@statuses))');
  add('environment', filter.environment, 'r.environment = @environment');
  add('trigger', filter.trigger, 'r."trigger" = @trigger');
  add('since', filter.since, 'r.queued_at >= @since');
  add('until', filter.until, 'r.queued_at < @until');
  add(
    'search',
    filter.search && fold(filter.search.trim()),
    `(substr(r.id, 1, length(@search)) = @search OR instr(lower(r.cause), @search) > 0
      OR r.pipeline_id IN (SELECT id FROM pipelines WHERE instr(fold(name), @search) > 0))`,
  );
  return { conditions, values };
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
}

function toRun({ error, parameters, ...row }: RunRow): StoredRun {
  return {
    ...row,
    parameters: JSON.parse(parameters) as StoredRun['parameters'],
    error: error === null ? null : (JSON.parse(error) as ErrorReport),
  };
}
