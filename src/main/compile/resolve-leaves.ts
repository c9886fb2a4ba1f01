import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Column } from '../../shared/kernel/columns.ts';
import { datasetKey } from '../../shared/plan/dataset-key.ts';
import type { ConfigPath, FileRef, NodePlan, Relation } from '../../shared/plan/relation.ts';
import { planRelations, type ReceivedRelation } from '../../shared/plan/walk.ts';
import type { CompileInputs } from './compiled-graph.ts';
import { dialect } from './dialect.ts';
import type { Oracle } from './oracle.ts';
import { type Leaf, type PrintContext, printRelation, sameName } from './print-relation.ts';
import { csvLeaf } from './read-csv.ts';
import { jsonLeaf } from './read-json.ts';
import { batchOf, noBatch, receivedLeaf } from './read-received.ts';
import { withoutEnd } from './vet-sql.ts';

/** Something wrong with a leaf, at the place of the config that names it. */
export class LeafError extends Error {
  readonly code: string;
  readonly path: ConfigPath;
  constructor(code: string, message: string, path: ConfigPath) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

export interface LeafSetting {
  readonly nodeId: string;
  readonly inputs: Pick<CompileInputs, 'files' | 'refusedFiles' | 'datasets' | 'received'>;
  readonly oracle: Oracle;
  readonly input: PrintContext['input'];
  /** Columns of a query over this node's inputs. */
  describe(sql: string): Promise<readonly Column[]>;
}

/** Finds out about every reader and SQL text of a plan, so that printing needs to ask nothing more. */
export async function resolveLeaves(
  plan: NodePlan,
  setting: LeafSetting,
): Promise<ReadonlyMap<Relation, Leaf>> {
  const leaves = new Map<Relation, Leaf>();
  // Innermost first: an SQL step's own inputs are known when it is printed.
  for (const relation of planRelations(plan)) {
    const leaf = await resolveLeaf(relation, leaves, setting);
    if (leaf) leaves.set(relation, leaf);
  }
  return leaves;
}

async function resolveLeaf(
  relation: Relation,
  leaves: ReadonlyMap<Relation, Leaf>,
  setting: LeafSetting,
): Promise<Leaf | undefined> {
  const { oracle } = setting;
  switch (relation.rel) {
    case 'read-csv':
      return knownTypes(
        await csvLeaf(filePath(relation.file, setting), relation.options, oracle),
        relation.options.types,
      );
    case 'read-json':
      return knownTypes(
        await jsonLeaf(filePath(relation.file, setting), relation.options, oracle),
        relation.options.types,
      );
    case 'read-parquet':
      return parquetLeaf(filePath(relation.file, setting), oracle);
    case 'read-dataset':
      return parquetLeaf(datasetPath(relation, setting), oracle);
    case 'read-received':
      return resolveReceived(relation, setting);
    case 'sql':
      return sqlLeaf(relation, leaves, setting);
    default:
      return undefined;
  }
}

/** A type given to a column that the file does not have would be ignored without a word. */
function knownTypes(leaf: Leaf, types: Readonly<Record<string, string>> = {}): Leaf {
  const stray = Object.keys(types).find((name) => !leaf.names.some((other) => sameName(other, name)));
  if (stray === undefined) return leaf;
  const some = leaf.names
    .slice(0, 8)
    .map((name) => `"${name}"`)
    .join(', ');
  throw new LeafError(
    'unknown_column',
    `The file has no column "${stray}". It has ${some}. Remove this type, or give it to another column.`,
    ['types', stray],
  );
}

export function filePath(file: FileRef, { inputs }: Pick<LeafSetting, 'inputs'>): string {
  const refused = Object.hasOwn(inputs.refusedFiles, file.path) ? inputs.refusedFiles[file.path] : undefined;
  if (refused) throw new LeafError(refused.code, refused.message, file.configPath);
  const path = Object.hasOwn(inputs.files, file.path) ? inputs.files[file.path] : undefined;
  if (path !== undefined) return path;
  throw new LeafError(
    'file_missing',
    new SluiceError('file_missing', { path: file.path }).message,
    file.configPath,
  );
}

function datasetPath(relation: Extract<Relation, { rel: 'read-dataset' }>, { inputs }: LeafSetting): string {
  const { name, versionId, configPath: path } = relation;
  const key = datasetKey(name, versionId);
  const dataset = Object.hasOwn(inputs.datasets, key) ? inputs.datasets[key] : undefined;
  if (dataset) return dataset.path;
  if (versionId !== undefined) {
    const message = `The dataset "${name}" has no version ${versionId}. Choose another, or leave it empty to read the current one.`;
    throw new LeafError('dataset_missing', message, ['version_id']);
  }
  throw new LeafError('dataset_missing', new SluiceError('dataset_missing', { name }).message, path);
}

function resolveReceived(relation: ReceivedRelation, { nodeId, inputs }: LeafSetting): Leaf {
  const batch = batchOf(relation, inputs.received ?? {});
  if (batch) return receivedLeaf(nodeId, batch);
  throw new LeafError('nothing_received', noBatch(relation).message, relation.configPath);
}

async function parquetLeaf(path: string, oracle: Oracle): Promise<Leaf> {
  const sql = dialect.readParquet(path);
  const columns = await oracle.describe(`SELECT * FROM ${sql}`);
  return { sql, names: columns.map(({ name }) => name) };
}

/**
 * A user's SELECT, with its table names given to the step's inputs. Two stages of WITH, so that no name can hide the
 * table that another one stands for.
 */
async function sqlLeaf(
  relation: Extract<Relation, { rel: 'sql' }>,
  leaves: ReadonlyMap<Relation, Leaf>,
  setting: LeafSetting,
): Promise<Leaf> {
  const context: PrintContext = { input: setting.input, own: noOwnPort, leaves };
  const renamed = Object.entries(relation.tables).filter(([name, table]) => !isCalled(table, name, context));
  const staged = renamed.map(([name, table]) => ({
    name,
    stage: `input ${name}`,
    query: printRelation(table, context),
  }));
  const stages = [
    ...staged.map(({ stage, query }) => `${dialect.identifier(stage)} AS (\n${query}\n)`),
    ...staged.map(
      ({ name, stage }) => `${dialect.identifier(name)} AS (SELECT * FROM ${dialect.identifier(stage)})`,
    ),
  ];
  const body = `SELECT * FROM (\n${withoutEnd(relation.text)}\n)`;
  const sql = stages.length > 0 ? `WITH ${stages.join(',\n')}\n${body}` : body;
  const columns = await setting.describe(sql);
  return { sql, names: columns.map(({ name }) => name) };
}

/** Texts of users are over the inputs alone. */
function noOwnPort(port: string): never {
  throw new Error(`Internal error: an SQL text over the port ${port} of its own node`);
}

function isCalled(table: Relation, name: string, context: PrintContext): boolean {
  return table.rel === 'input' && context.input(table.port, table.index).table === dialect.identifier(name);
}
