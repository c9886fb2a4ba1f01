import { dialect } from '../../compile/dialect.ts';
import { printCsv, sniffCsv } from '../../compile/read-csv.ts';
import { jsonLeaf } from '../../compile/read-json.ts';
import type { Database } from '../database.ts';
import { fileFailure } from '../failure.ts';
import type { SniffResult, SniffTask } from '../protocol.ts';
import type { TaskDone } from '../run-task.ts';

/** Rows shown beside the form of a source. */
const shownRows = 50;

/** What a file looks like when it is read with these options, the open ones guessed. */
export async function sniffTask(task: SniffTask, database: Database): Promise<TaskDone<SniffResult>> {
  try {
    return { result: await sniff(task, database) };
  } catch (error) {
    throw fileFailure(error, task.limits);
  }
}

async function sniff(task: SniffTask, database: Database): Promise<SniffResult> {
  switch (task.format) {
    case 'csv': {
      // A row that does not fit must not hide what the file looks like.
      const options = { ...task.csv, badRows: 'skip' as const };
      const shape = await sniffCsv(task.path, options, database.oracle);
      const { delimiter, quote, header } = shape;
      return { ...(await show(printCsv(task.path, shape, options), database)), delimiter, quote, header };
    }
    case 'json': {
      const options = { format: 'auto' as const, ...task.json, badRows: 'skip' as const };
      return show((await jsonLeaf(task.path, options, database.oracle)).sql, database);
    }
    case 'parquet':
      return show(dialect.readParquet(task.path), database);
  }
}

async function show(table: string, database: Database): Promise<Pick<SniffResult, 'columns' | 'rows'>> {
  const query = `SELECT * FROM ${table} LIMIT ${shownRows}`;
  return { columns: await database.oracle.describe(query), rows: await database.rows(query) };
}
