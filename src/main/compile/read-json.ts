import { stat } from 'node:fs/promises';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Column } from '../../shared/kernel/columns.ts';
import { nearest } from '../../shared/kernel/nearest.ts';
import type { JsonOptions } from '../../shared/plan/relation.ts';
import { dialect } from './dialect.ts';
import type { Oracle } from './oracle.ts';
import { indent, type Leaf, sameName } from './print-relation.ts';

/**
 * One record may be this large. It bounds what a file of one big object (`recordsAt`) costs, which DuckDB must hold
 * whole: seven times its size in memory.
 */
const maximumObjectBytes = 268_435_456;
/** DuckDB's own limit. */
const usualObjectBytes = 16_777_216;

/** A JSON file's rows; its columns are learned once, which also halves the time that reading takes. */
export async function jsonLeaf(path: string, options: JsonOptions, oracle: Oracle): Promise<Leaf> {
  // A file that is not there is for the engine to tell.
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  const columns = await oracle.describe(`SELECT * FROM ${readJson(path, options, size)}`);
  if (options.recordsAt !== undefined && options.recordsAt !== '') {
    return recordsLeaf(readJson(path, options, size, columns), options, columns, oracle);
  }
  const typed = overrideTypes(columns, options);
  return {
    sql: withoutBadRows(readJson(path, options, size, typed), typed, options),
    names: typed.map(({ name }) => name),
  };
}

/** The engine turns a bad line into a row of nulls; skipped means that it is not there. */
function withoutBadRows(source: string, columns: readonly Column[], { badRows }: JsonOptions): string {
  if (badRows !== 'skip') return source;
  const empty = columns.map(({ name }) => `${dialect.identifier(name)} IS NULL`).join(' AND ');
  return `(\n${indent(`SELECT * FROM ${source} WHERE NOT (${empty})`)}\n)`;
}

function readJson(path: string, options: JsonOptions, size: number, columns?: readonly Column[]): string {
  const nested = options.recordsAt !== undefined && options.recordsAt !== '';
  return dialect.tableFunction('read_json', dialect.text(path), {
    format: options.format === 'auto' ? undefined : dialect.text(options.format),
    columns: columns && dialect.textStruct(columns.map(({ name, type }) => [name, type] as const)),
    // Without a limit on its depth an object of many different keys would become one MAP column.
    map_inference_threshold: columns ? undefined : '-1',
    // The engine sets this much aside for each thread at once, so no more than the file needs.
    maximum_object_size:
      nested && size > usualObjectBytes ? String(Math.min(size + 1, maximumObjectBytes)) : undefined,
    ignore_errors: options.badRows === 'skip' && !nested ? 'true' : undefined,
    hive_partitioning: 'false',
  });
}

function overrideTypes(columns: readonly Column[], options: JsonOptions): Column[] {
  const wanted = new Map(
    Object.entries(options.types ?? {}).map(([name, type]) => [name.toLowerCase(), type]),
  );
  return columns.map(({ name, type }) => ({
    name,
    type: dialect.type(wanted.get(name.toLowerCase()) ?? type),
  }));
}

/** The records of an array that lies inside the file's one object. */
async function recordsLeaf(
  source: string,
  options: JsonOptions,
  top: readonly Column[],
  oracle: Oracle,
): Promise<Leaf> {
  const steps = (options.recordsAt ?? '').split('.');
  assertFirstStep(steps, top);
  const array = steps.map((step) => dialect.identifier(step)).join('.');
  const rows = `SELECT unnest(${array}) AS record FROM ${source}`;
  const [record] = await oracle.describe(rows).catch(() => {
    throw notRecords(steps);
  });
  if (!record?.type.startsWith('STRUCT(')) throw notRecords(steps);
  const columns = await oracle.describe(`SELECT record.* FROM (${rows})`);
  const typed = overrideTypes(columns, options);
  const list = typed.map(({ name, type }) => {
    const cast = columns.find((column) => sameName(column.name, name))?.type === type;
    const value = `record.${dialect.identifier(name)}`;
    return `${cast ? value : `CAST(${value} AS ${type})`} AS ${dialect.identifier(name)}`;
  });
  return {
    sql: `(\n${indent(`SELECT ${list.join(', ')} FROM (${rows})`)}\n)`,
    names: typed.map(({ name }) => name),
  };
}

function assertFirstStep(steps: readonly string[], top: readonly Column[]): void {
  const [first = ''] = steps;
  if (top.some(({ name }) => sameName(name, first))) return;
  const names = top.map(({ name }) => name);
  const near = nearest(first, names)[0];
  const hint = near ? `Did you mean "${near}"?` : `It holds: ${names.slice(0, 10).join(', ')}.`;
  throw new SluiceError('invalid_input', {
    reason: `The file has no "${first}" to take records from. ${hint}`,
  });
}

const notRecords = (steps: readonly string[]): SluiceError =>
  new SluiceError('invalid_input', {
    reason: `"${steps.join('.')}" is not an array of records. Name the array that holds them, such as data.items.`,
  });
