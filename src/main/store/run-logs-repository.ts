import type { LogEntry } from '../../shared/contract/domain.ts';
import type { Connection, SqlValue } from './connection.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

export interface LogFilter {
  /** This level and the graver ones. */
  readonly level?: LogEntry['level'];
  readonly nodeId?: string;
  readonly search?: string;
}

type LogRow = Omit<LogEntry, 'level' | 'fields'> & { level: number; fields: string | null };

export class RunLogsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Answers the id of the new entry. */
  insert(runSeq: number, entry: Omit<LogEntry, 'id'>): number {
    const { fields, level, ...rest } = entry;
    return this.#connection.run(
      `INSERT INTO run_logs (run_seq, attempt, time, level, node_id, message, fields)
       VALUES (@runSeq, @attempt, @time, @level, @nodeId, @message, @fields)`,
      {
        ...rest,
        runSeq,
        level: levels.indexOf(level),
        fields: Object.keys(fields).length > 0 ? JSON.stringify(fields) : null,
      },
    ).rowId;
  }

  count(runSeq: number, filter: LogFilter): number {
    const { where, values } = conditionsOf(runSeq, filter);
    return (
      this.#connection.get<{ n: number }>(`SELECT count(*) AS n FROM run_logs WHERE ${where}`, values)?.n ?? 0
    );
  }

  /** Oldest first: the first entries after `id`. */
  after(runSeq: number, id: number, filter: LogFilter, limit: number): LogEntry[] {
    const { where, values } = conditionsOf(runSeq, filter);
    return this.#list(`${where} AND id > @id ORDER BY id LIMIT @limit`, { ...values, id, limit });
  }

  /** Oldest first: the last entries before `id`, or of all. */
  before(runSeq: number, id: number | undefined, filter: LogFilter, limit: number): LogEntry[] {
    const { where, values } = conditionsOf(runSeq, filter);
    const upTo = { ...values, id: id ?? Number.MAX_SAFE_INTEGER, limit };
    return this.#list(`${where} AND id < @id ORDER BY id DESC LIMIT @limit`, upTo).reverse();
  }

  #list(rest: string, values: Record<string, SqlValue>): LogEntry[] {
    return this.#connection
      .all<LogRow>(
        `SELECT id, time, level, attempt, node_id AS nodeId, message, fields
         FROM run_logs INDEXED BY run_logs_by_run WHERE ${rest}`,
        values,
      )
      .map(toEntry);
  }
}

function conditionsOf(
  runSeq: number,
  filter: LogFilter,
): { where: string; values: Record<string, SqlValue> } {
  const conditions = ['run_seq = @runSeq'];
  const values: Record<string, SqlValue> = { runSeq };
  if (filter.level && filter.level !== 'debug') {
    conditions.push('level >= @level');
    values.level = levels.indexOf(filter.level);
  }
  if (filter.nodeId) {
    conditions.push('node_id = @nodeId');
    values.nodeId = filter.nodeId;
  }
  if (filter.search) {
    // ASCII case only: calling out for every one of a million lines would take a second.
    conditions.push("message LIKE @search ESCAPE '\\'");
    values.search = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
  }
  return { where: conditions.join(' AND '), values };
}

function toEntry({ level, fields, ...row }: LogRow): LogEntry {
  return {
    ...row,
    level: levels[level] ?? 'info',
    fields: fields === null ? {} : (JSON.parse(fields) as LogEntry['fields']),
  };
}
