import { dialect } from '../../compile/dialect.ts';
import type { Database } from '../database.ts';
import { fileFailure } from '../failure.ts';
import { openParquet, type ParquetFile } from '../parquet-file.ts';
import type { SummaryResult, SummaryTask } from '../protocol.ts';
import type { TaskDone } from '../run-task.ts';

/** Up to this many rows distinct values are counted; beyond it they are estimated, within a few per cent. */
const countedRows = 100_000;

/** Figures of each column, in one pass. */
export async function summaryTask(task: SummaryTask, database: Database): Promise<TaskDone<SummaryResult>> {
  try {
    const file = await openParquet(database, task.path);
    return { result: { rows: file.rows, columns: await summarise(file, database) } };
  } catch (error) {
    throw fileFailure(error, task.limits);
  }
}

async function summarise(file: ParquetFile, database: Database): Promise<SummaryResult['columns']> {
  const figures = file.columns.flatMap(({ name, type }) => {
    const value = dialect.identifier(name);
    // Blobs and nested values sort, but their least one tells a person nothing.
    const ordered = /^(?:BLOB|BIT|VARIANT|GEOMETRY|JSON|STRUCT|MAP|UNION)|\]$/i.test(type)
      ? 'NULL'
      : undefined;
    return [
      `count(*) - count(${value})`,
      file.rows <= countedRows ? `count(DISTINCT ${value})` : `approx_count_distinct(${value})`,
      ordered ?? `min(${value})`,
      ordered ?? `max(${value})`,
    ];
  });
  const [row = []] = await database.rows(`SELECT ${figures.join(', ')} FROM ${file.table()}`);
  return file.columns.map(({ name, type }, at) => {
    const [nulls, distinct, min, max] = row.slice(at * 4, at * 4 + 4);
    // The estimate may exceed what there is.
    const most = file.rows - Number(nulls);
    return {
      name,
      type,
      nulls: Number(nulls),
      distinct: Math.min(Number(distinct), most),
      min: asText(min),
      max: asText(max),
    };
  });
}

const asText = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);
