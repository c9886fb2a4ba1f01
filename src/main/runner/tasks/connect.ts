import { join } from 'node:path';
import type { SourceMetadata, SourceTestResult } from '../../../shared/sources/source-facts.ts';
import { dialect } from '../../compile/dialect.ts';
import { printCsv, sniffCsv } from '../../compile/read-csv.ts';
import { jsonLeaf } from '../../compile/read-json.ts';
import { asSluiceError, connectorOf, SourceFailure, said } from '../../connectors/index.ts';
import type { Database } from '../database.ts';
import type { ConnectTask, MetadataTask } from '../protocol.ts';
import type { TaskDone } from '../run-task.ts';

/** Somebody waits for the answer. */
const testMilliseconds = 15_000;
/** Bytes of a file that its columns are told from. */
const sniffedBytes = 4 * 1024 * 1024;
const wholeBytes = 256 * 1024 * 1024;

/** Connects once. What failed is the answer, not an error. */
export async function connectTask(
  task: ConnectTask,
  database: Database,
): Promise<TaskDone<SourceTestResult>> {
  const { source, ownPort } = task;
  const started = performance.now();
  const took = (): number => Math.round(performance.now() - started);
  const limit = AbortSignal.timeout(testMilliseconds);
  const reach = { signal: AbortSignal.any([database.signal, limit]), ownPort };
  try {
    const connector = await connectorOf(source);
    const { server, message } = await connector.test(source as never, reach);
    return { result: { ok: true, failed: null, message, server, milliseconds: took() } };
  } catch (error) {
    database.throwIfCancelled();
    const { at, message: text } = limit.aborted ? tooSlow : outcomeOf(error, source);
    const message = text.charAt(0).toUpperCase() + text.slice(1);
    return { result: { ok: false, failed: at, message, server: null, milliseconds: took() } };
  }
}

const tooSlow = new SourceFailure('timeout', 'it did not answer in time.');

/** Also of what nobody expected: why a source does not work is what was asked. */
function outcomeOf(error: unknown, source: ConnectTask['source']): SourceFailure {
  if (error instanceof SourceFailure) return error;
  process.stderr.write(`${String((error as Error)?.stack ?? error)}\n`);
  const text = error instanceof Error ? error.message : String(error);
  return new SourceFailure('answer', `its answer was not understood: ${said(text, source)}`);
}

/** Tables or files; of one file that is asked for by name also its columns. */
export async function metadataTask(
  task: MetadataTask,
  database: Database,
): Promise<TaskDone<SourceMetadata>> {
  const { source, table, ownPort } = task;
  const reach = { signal: database.signal, ownPort };
  try {
    const connector = await connectorOf(source);
    const found = await connector.metadata(source as never, table, reach);
    const [file] = found.tables;
    if (connector.holds === 'tables' || table === undefined || !file) return { result: found };
    const format = formatOf(table);
    const most = format === 'csv' || format === 'ndjson' ? sniffedBytes : wholeBytes;
    if (!format || (most === wholeBytes && (file.bytes ?? 0) > wholeBytes)) return { result: found };
    const path = join(task.scratch, `looked${endingOf(table)}`);
    const { whole } = await connector.fetch(
      source as never,
      table,
      { path, most, onProgress: () => undefined },
      reach,
    );
    const looked = await look(path, format, database).catch(() => undefined);
    const columns = (looked?.columns ?? []).map((column) => ({ ...column, nullable: true }));
    const rows = whole && looked ? looked.rows : null;
    return { result: { tables: [{ ...file, columns, rows, rowsExact: rows !== null }], more: false } };
  } catch (error) {
    throw asSluiceError(error, source);
  }
}

type Format = 'csv' | 'json' | 'ndjson' | 'parquet';

const endings: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
};

const endingOf = (name: string): string => /(?:\.[a-z0-9]{1,8})?(?:\.(?:gz|zst))?$/i.exec(name)?.[0] ?? '';

function formatOf(name: string): Format | undefined {
  const ending = /\.([a-z0-9]+)(?:\.(?:gz|zst))?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(endings, ending) ? endings[ending] : undefined;
}

async function look(path: string, format: Format, database: Database) {
  const table = await tableOf(path, format, database);
  return {
    columns: await database.oracle.describe(`SELECT * FROM ${table}`),
    rows: await database.count(`SELECT count(*) FROM ${table}`),
  };
}

async function tableOf(path: string, format: Format, database: Database): Promise<string> {
  if (format === 'parquet') return dialect.readParquet(path);
  // The last row may be cut off.
  if (format === 'csv')
    return printCsv(path, await sniffCsv(path, { badRows: 'skip' }, database.oracle), { badRows: 'skip' });
  return (await jsonLeaf(path, { format: 'auto', badRows: 'skip' }, database.oracle)).sql;
}
