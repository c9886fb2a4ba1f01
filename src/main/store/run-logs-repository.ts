import type { LogEntry } from '../../shared/contract/domain.ts';
import { Conditions } from './conditions.ts';
import type { Connection } from './connection.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;
/** From this level on lines have an index of their own. */
const grave = levels.indexOf('warn');

export interface LogFilter {
  /** This level and the graver ones. */
  readonly level?: LogEntry['level'] | undefined;
  readonly nodeId?: string | undefined;
  readonly attempt?: number | undefined;
  /** ISO time: lines written then or later. */
  readonly since?: string | undefined;
  /** Case does not matter in ASCII. */
  readonly search?: string | undefined;
}

export interface LogScan {
  /** In the order of the scan. */
  readonly entries: LogEntry[];
  /** The next scan in this direction begins behind this id. */
  readonly reached: number;
  /** Nothing lies beyond. */
  readonly ended: boolean;
}

/** A piece of a log: from an id on, in one direction, looking at no more than `budget` lines. */
export interface LogPiece {
  readonly from: number;
  readonly direction: 'after' | 'before';
  readonly limit: number;
  readonly budget: number;
}

type LogRow = Omit<LogEntry, 'level' | 'fields'> & { level: number; fields: string | null };

/**
 * Lines of runs. A log may have a million of them, and SQLite answers in the same thread as everything else: what a
 * filter must look at line by line is therefore read in pieces of a bounded number of lines.
 */
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

  /** The fitting lines of one piece. */
  scan(runSeq: number, filter: LogFilter, piece: LogPiece): LogScan {
    const { direction, limit } = piece;
    const bounds = this.#bounds(runSeq, filter, piece);
    const order = direction === 'after' ? 'ASC' : 'DESC';
    const entries = this.#connection
      .all<LogRow>(
        `SELECT id, time, level, attempt, node_id AS nodeId, message, fields
         FROM run_logs INDEXED BY ${bounds.index} WHERE ${bounds.where} ORDER BY id ${order} LIMIT @limit`,
        { ...bounds.values, limit },
      )
      .map(toEntry);
    const last = entries.at(-1);
    if (last && entries.length === limit) return { entries, reached: last.id, ended: false };
    return { entries, reached: bounds.last ?? last?.id ?? piece.from, ended: bounds.last === undefined };
  }

  /** How many lines of one piece fit. */
  count(
    runSeq: number,
    filter: LogFilter,
    piece: Omit<LogPiece, 'limit'>,
  ): Omit<LogScan, 'entries'> & { n: number } {
    const bounds = this.#bounds(runSeq, filter, piece);
    const row = this.#connection.get<{ n: number; last: number | null }>(
      `SELECT count(*) AS n, max(id) AS last FROM run_logs INDEXED BY ${bounds.index} WHERE ${bounds.where}`,
      bounds.values,
    );
    return {
      n: row?.n ?? 0,
      reached: bounds.last ?? row?.last ?? piece.from,
      ended: bounds.last === undefined,
    };
  }

  /** Id of the newest line of a run; 0 where it has none. */
  newest(runSeq: number): number {
    const sql = 'SELECT max(id) AS id FROM run_logs INDEXED BY run_logs_by_run WHERE run_seq = @runSeq';
    return this.#connection.get<{ id: number | null }>(sql, { runSeq })?.id ?? 0;
  }

  /** The last line that the budget reaches is found by the index alone; the lines between are then looked at. */
  #bounds(runSeq: number, filter: LogFilter, { from, direction, budget }: Omit<LogPiece, 'limit'>) {
    const { where, values, narrowed, index } = conditionsOf(filter);
    const all = { ...values, runSeq, from };
    const [beyond, within, order] = direction === 'after' ? ['>', '<=', 'ASC'] : ['<', '>=', 'DESC'];
    const start = `run_seq = @runSeq AND id ${beyond} @from${index === 'run_logs_grave' ? ` AND level >= ${grave}` : ''}`;
    const last = narrowed
      ? this.#connection.get<{ id: number }>(
          `SELECT id FROM run_logs INDEXED BY ${index} WHERE ${start} ORDER BY id ${order} LIMIT 1 OFFSET @skip`,
          { runSeq, from, skip: budget - 1 },
        )?.id
      : undefined;
    const parts = [start, ...where, ...(last === undefined ? [] : [`id ${within} @last`])];
    return { where: parts.join(' AND '), values: last === undefined ? all : { ...all, last }, index, last };
  }
}

function conditionsOf(filter: LogFilter) {
  const found = new Conditions();
  const level = filter.level ? levels.indexOf(filter.level) : 0;
  found.add('level', level > 0 ? level : undefined, 'level >= @level');
  found.add('nodeId', filter.nodeId, 'node_id = @nodeId');
  found.add('attempt', filter.attempt, 'attempt = @attempt');
  found.add('since', filter.since, 'time >= @since');
  // ASCII case only: calling out for every one of a million lines would take a second.
  const search = filter.search && `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
  found.add('search', search, "message LIKE @search ESCAPE '\\'");
  const index = level >= grave ? 'run_logs_grave' : 'run_logs_by_run';
  return { where: found.parts, values: found.values, index, narrowed: found.parts.length > 0 };
}

function toEntry({ level, fields, ...row }: LogRow): LogEntry {
  return {
    ...row,
    level: levels[level] ?? 'info',
    fields: fields === null ? {} : (JSON.parse(fields) as LogEntry['fields']),
  };
}
