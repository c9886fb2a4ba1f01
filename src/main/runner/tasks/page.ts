import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { Column } from '../../../shared/kernel/columns.ts';
import { dialect } from '../../compile/dialect.ts';
import { freeName } from '../../compile/print-relation.ts';
import { printExpression } from '../../compile/print-scalar.ts';
import { VetError } from '../../compile/vet-common.ts';
import { vetExpression } from '../../compile/vet-expression.ts';
import type { Database } from '../database.ts';
import { fileFailure } from '../failure.ts';
import { openParquet, type ParquetFile } from '../parquet-file.ts';
import type { PageResult, PageTask } from '../protocol.ts';
import type { TaskDone } from '../run-task.ts';

/** The virtual column of DuckDB's Parquet reader: the place of a row in its file. */
const rowNumber = 'file_row_number';

/** Rows of a Parquet file of ours, in the file's order or sorted, all or those a condition keeps. */
export async function pageTask(task: PageTask, database: Database): Promise<TaskDone<PageResult>> {
  try {
    const file = await openParquet(database, task.path);
    const where = await vettedFilter(task.filter, file, database);
    const total = where
      ? await database.count(`SELECT count(*) FROM ${file.table()} WHERE ${where}`)
      : file.rows;
    const rows = await database.rows(pageQuery(task, file, where));
    return { result: { columns: file.columns, rows, total } };
  } catch (error) {
    throw fileFailure(error, task.limits);
  }
}

function pageQuery(task: PageTask, file: ParquetFile, where: string | undefined): string {
  const { offset, limit, orderBy = [] } = task;
  const direct = !where && orderBy.length === 0 && !hasColumn(file.columns, rowNumber);
  // Row groups outside the range are skipped by their position: 2 times quicker than LIMIT and OFFSET.
  if (direct)
    return `SELECT * FROM ${file.table(`${rowNumber} >= ${offset} AND ${rowNumber} < ${offset + limit}`)}`;
  const kept = where ? ` WHERE ${where}` : '';
  return `${orderedRows(file, kept, orderBy)} LIMIT ${limit} OFFSET ${offset}`;
}

/** Equal keys stay in the file's order, so that pages neither repeat nor miss a row. */
function orderedRows(file: ParquetFile, where: string, orderBy: NonNullable<PageTask['orderBy']>): string {
  if (orderBy.length === 0) return `SELECT * FROM ${file.table()}${where}`;
  const row = dialect.identifier(
    freeName(
      'row_number',
      file.columns.map(({ name }) => name),
    ),
  );
  const keys = orderBy.map(({ column, descending }) => {
    if (!hasColumn(file.columns, column))
      throw new SluiceError('invalid_input', { reason: `There is no column "${column}" to sort by.` });
    return `${dialect.identifier(column)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  const numbered = `SELECT *, row_number() OVER () AS ${row} FROM ${file.table()}${where}`;
  return `SELECT * EXCLUDE (${row}) FROM (${numbered}) ORDER BY ${[...keys, row].join(', ')}`;
}

const hasColumn = (columns: readonly Column[], name: string): boolean =>
  columns.some((column) => column.name.toLowerCase() === name.toLowerCase());

/** The condition as SQL, once DuckDB's own reading of it has shown that it is one harmless expression. */
async function vettedFilter(
  filter: string | undefined,
  file: ParquetFile,
  database: Database,
): Promise<string | undefined> {
  if (filter === undefined || filter.trim() === '') return undefined;
  const columns = new Set(file.columns.map(({ name }) => name.toLowerCase()));
  const rules = { aggregates: false, windows: false, parameters: new Set<string>(), columns };
  try {
    await vetExpression(filter, rules, database.oracle);
  } catch (error) {
    if (error instanceof VetError)
      throw new SluiceError('invalid_input', { reason: `The filter cannot be used. ${error.message}` });
    throw error;
  }
  return printExpression(filter);
}
