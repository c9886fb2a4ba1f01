import { join } from 'node:path';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { Column } from '../../../shared/kernel/columns.ts';
import type { DatasetInput } from '../../../shared/plan/dataset-input.ts';
import type { SinkAction } from '../../../shared/plan/relation.ts';
import { dialect } from '../../compile/dialect.ts';
import { type CompiledNode, renderQuery } from '../../compile/index.ts';
import { publishedColumns, toPublished } from '../stored-types.ts';
import { digestOfFile, writeRows } from '../write-file.ts';
import type { OnProgress, RunContext, StepFigures } from './context.ts';

/** Performs what a sink is for, into scratch; main publishes the file once the whole run has succeeded. */
export async function performSink(
  context: RunContext,
  node: CompiledNode,
  action: SinkAction,
  onProgress: OnProgress,
): Promise<StepFigures> {
  switch (action.sink) {
    case 'save-dataset':
      return saveDataset(context, node, action, onProgress);
    case 'write-file':
      return writeFile(context, node, action, onProgress);
    case 'write-source':
      return prepareDelivery(context, node, action, onProgress);
  }
}

type Of<Name extends SinkAction['sink']> = Extract<SinkAction, { sink: Name }>;

async function saveDataset(
  context: RunContext,
  node: CompiledNode,
  { name, mode }: Of<'save-dataset'>,
  onProgress: OnProgress,
): Promise<StepFigures> {
  const { graph, database, task } = context;
  const arriving = node.ports.in ?? [];
  const { sql, parameters } = renderQuery(graph, { nodeId: node.nodeId, port: 'in' }, context.materialised);
  const before = mode === 'append' && Object.hasOwn(task.datasets, name) ? task.datasets[name] : undefined;
  const query = before ? await appended(context, name, before, sql, arriving) : sql;
  const columns = before ? await database.oracle.describe(query, parameters) : arriving;
  const path = scratchFile(context, node, 'parquet');
  const written = await writeRows(
    database,
    query,
    columns,
    { path, format: 'parquet', sync: 'large' },
    { parameters, onProgress, profiled: true },
  );
  context.outputs.push({
    output: 'dataset',
    nodeId: node.nodeId,
    name,
    mode,
    ...(before ? { basedOn: before.versionId } : {}),
    path,
    ...written,
    ...(await digestOfFile(path, written.bytes)),
    columns: [...(await database.oracle.describe(`SELECT * FROM ${dialect.readParquet(path)}`))],
  });
  return { rows: written.rows - (before?.rows ?? 0), bytes: written.bytes };
}

/** The dataset's rows so far and the new ones below them, matched by column name. */
async function appended(
  { database }: RunContext,
  name: string,
  before: DatasetInput,
  sql: string,
  arriving: readonly Column[],
): Promise<string> {
  const old = `SELECT * FROM ${dialect.readParquet(before.path)}`;
  assertFits(name, await database.oracle.describe(old), publishedColumns(arriving));
  return `${old}\nUNION ALL BY NAME\nSELECT * FROM (\n${toPublished(sql, arriving)}\n)`;
}

/** A column may be missing on either side, and a whole number may widen; any other change of type is an error. */
function assertFits(name: string, old: readonly Column[], arriving: readonly Column[]): void {
  for (const column of arriving) {
    const before = old.find((each) => each.name.toLowerCase() === column.name.toLowerCase());
    if (!before || before.type === column.type || (isWhole(before.type) && isWhole(column.type))) continue;
    throw new SluiceError('run_failed', {
      reason: `The rows cannot be appended to the dataset "${name}": its column "${before.name}" is ${before.type}, the new rows have ${column.type}. Cast it in a Select step, or replace the dataset.`,
      cause: 'append_type_conflict',
    });
  }
}

const isWhole = (type: string): boolean => /^U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)$/i.test(type);

async function writeFile(
  context: RunContext,
  node: CompiledNode,
  { file, format, csv }: Of<'write-file'>,
  onProgress: OnProgress,
): Promise<StepFigures> {
  const { sql, parameters } = renderQuery(
    context.graph,
    { nodeId: node.nodeId, port: 'in' },
    context.materialised,
  );
  const path = scratchFile(context, node, format);
  const written = await writeRows(
    context.database,
    sql,
    node.ports.in ?? [],
    { path, format, ...csv },
    { parameters, onProgress, profiled: true },
  );
  context.outputs.push({ output: 'file', nodeId: node.nodeId, target: file.path, path, ...written });
  return written;
}

/** Rows for a table go as Parquet, whose types its columns are made from; a file goes as it will lie there. */
async function prepareDelivery(
  context: RunContext,
  node: CompiledNode,
  { part, csv }: Of<'write-source'>,
  onProgress: OnProgress,
): Promise<StepFigures> {
  const { graph, database } = context;
  const arriving = node.ports.in ?? [];
  const { sql, parameters } = renderQuery(graph, { nodeId: node.nodeId, port: 'in' }, context.materialised);
  const format = part.format ?? 'parquet';
  const path = scratchFile(context, node, format);
  const target = { path, format, ...csv };
  const written = await writeRows(database, sql, arriving, target, {
    parameters,
    onProgress,
    profiled: true,
  });
  const columns =
    part.table === undefined
      ? []
      : await database.oracle.describe(`SELECT * FROM ${dialect.readParquet(path)}`);
  context.deliveries.push({ nodeId: node.nodeId, part, path, ...written, columns: [...columns] });
  return written;
}

const scratchFile = ({ task }: RunContext, { nodeId }: CompiledNode, extension: string): string =>
  join(task.scratch, `out-${nodeId}.${extension}`);
