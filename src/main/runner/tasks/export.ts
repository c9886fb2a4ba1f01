import { constants, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../database.ts';
import { fileFailure } from '../failure.ts';
import { openParquet } from '../parquet-file.ts';
import type { ExportResult, ExportTask } from '../protocol.ts';
import type { TaskDone } from '../run-task.ts';
import { syncFile, writeRows } from '../write-file.ts';

/** Writes a Parquet file of ours in another format. Cells keep every digit; only `spreadsheetSafe` changes any. */
export async function exportTask(task: ExportTask, database: Database): Promise<TaskDone<ExportResult>> {
  const path = join(task.scratch, `export.${task.format}`);
  try {
    const file = await openParquet(database, task.path);
    const written =
      task.format === 'parquet' && !file.kept
        ? { rows: file.rows, bytes: await copyWhole(task.path, path) }
        : await writeRows(database, `SELECT * FROM ${file.table()}`, file.columns, {
            path,
            format: task.format,
            spreadsheetSafe: task.spreadsheetSafe,
          });
    return { result: { path, ...written }, files: [path] };
  } catch (error) {
    throw fileFailure(error, task.limits);
  }
}

/** Where the file system can share blocks, a copy costs nothing. */
async function copyWhole(from: string, to: string): Promise<number> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  return syncFile(to);
}
