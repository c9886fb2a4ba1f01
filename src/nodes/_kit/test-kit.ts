import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { compileGraph, dialect, renderQuery } from '../../main/compile/index.ts';
import { toCell } from '../../main/runner/cells.ts';
import { createOracle, runBound } from '../../main/runner/oracle.ts';
import { openSession } from '../../main/runner/session.ts';
import type { Cell, Column } from '../../shared/kernel/columns.ts';
import { documentSchema, type PipelineDocument } from '../../shared/pipeline/document.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import type { DatasetInput } from '../../shared/plan/dataset-input.ts';
import type { NodePlan } from '../../shared/plan/relation.ts';
import type { Reach } from './define-node.ts';
import { definitionOf } from './registry.ts';

/** Rows for an input port: records whose types are inferred, or columns with types and values. */
export type TestRows =
  | readonly Readonly<Record<string, unknown>>[]
  | { readonly columns: readonly Column[]; readonly rows: readonly (readonly unknown[])[] };

export interface TestSurroundings {
  /** Path in the document -> content of the file. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Declared parameters: name -> default. */
  readonly parameters?: PipelineDocument['parameters'];
  readonly datasets?: Readonly<Record<string, DatasetInput>>;
}

export interface NodeResult {
  /** Columns of the port `out`, or of a sink's input. */
  readonly columns: readonly Column[];
  /** Rows as objects, in order. Empty where problems hide them. */
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  readonly problems: readonly Problem[];
  readonly sql: string;
  readonly plan: NodePlan | undefined;
}

/**
 * Compiles one node over given inputs and runs it in a hardened DuckDB, as a runner would.
 * A port that takes many wires is given a list of rows. The node is called `node`; an input is called like its port,
 * one of several `in_1`, `in_2` ...
 */
export async function runNode(
  kind: string,
  config: Record<string, unknown>,
  inputs: Readonly<Record<string, TestRows | readonly TestRows[]>> = {},
  surroundings: TestSurroundings & { readonly port?: string } = {},
): Promise<NodeResult> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sluice-kind-')));
  try {
    const files = await writeFiles(folder, surroundings.files ?? {});
    const document = documentOf(kind, config, inputs, surroundings);
    const { datasets = {}, port } = surroundings;
    return await compileAndRun(document, folder, files, datasets, {
      nodeId: 'node',
      ...(port ? { port } : {}),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Compiles a whole document and runs the rows of one of its ports. */
export async function runDocument(
  document: PipelineDocument,
  target: { readonly nodeId: string; readonly port?: string },
  surroundings: TestSurroundings = {},
): Promise<NodeResult> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sluice-document-')));
  try {
    const files = await writeFiles(folder, surroundings.files ?? {});
    return await compileAndRun(document, folder, files, surroundings.datasets ?? {}, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Fails with the SQL and the problems beside the difference when the rows are others than expected. */
export function expectRows(result: NodeResult, rows: readonly Readonly<Record<string, unknown>>[]): void {
  expect(
    result.problems.filter(({ severity }) => severity === 'error'),
    explain(result),
  ).toEqual([]);
  expect(result.rows, explain(result)).toEqual(rows);
}

/** The problems as `code at path`, for tests that expect some. */
export function problemPlaces({ problems }: NodeResult): string[] {
  return problems.map(({ code, path = [] }) => `${code} at ${path.join('.')}`);
}

const explain = ({ sql, problems }: NodeResult): string =>
  [sql, ...problems.map(({ code, message }) => `${code}: ${message}`)].join('\n');

async function writeFiles(
  folder: string,
  files: NonNullable<TestSurroundings['files']>,
): Promise<Record<string, string>> {
  const paths: Record<string, string> = {};
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, 'files', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    paths[name] = path;
  }
  return paths;
}

function documentOf(
  kind: string,
  config: Record<string, unknown>,
  inputs: Readonly<Record<string, TestRows | readonly TestRows[]>>,
  { parameters = {} }: TestSurroundings,
): PipelineDocument {
  const many = new Set(
    definitionOf(kind)
      ?.inputs.filter((port) => port.many)
      .map(({ name }) => name),
  );
  const sources = Object.entries(inputs).flatMap(([port, given]) => {
    const list = many.has(port) ? (given as readonly TestRows[]) : [given as TestRows];
    return list.map((rows, at) => ({ port, rows, id: list.length > 1 ? `${port}_${at + 1}` : `${port}` }));
  });
  return documentSchema.parse({
    name: 'test',
    parameters,
    nodes: [
      ...sources.map(({ id, rows }) => ({ id, kind: 'rows', config: { rows } })),
      { id: 'node', kind, config },
    ],
    edges: sources.map(({ id, port }) => ({ from: id, to: `node.${port}` })),
  });
}

async function compileAndRun(
  document: PipelineDocument,
  folder: string,
  files: Record<string, string>,
  datasets: Readonly<Record<string, DatasetInput>>,
  target: { readonly nodeId: string; readonly port?: string } = { nodeId: 'node' },
): Promise<NodeResult> {
  const scratch = join(folder, 'scratch');
  await mkdir(scratch);
  const readable = [...Object.values(files), ...Object.values(datasets).map(({ path }) => path)];
  const session = await openSession({ scratch, readable, limits });
  try {
    const oracle = createOracle(session.connection);
    const graph = await compileGraph(document, { files, datasets, refusedFiles: {}, parameters: {} }, oracle);
    const node = graph.byId.get(target.nodeId);
    const port = target.port ?? (node?.plan?.sink ? 'in' : 'out');
    const found = { columns: node?.ports[port] ?? [], problems: graph.problems, plan: node?.plan };
    if (!node?.sql[port]) return { ...found, rows: [], sql: '' };
    const { sql, parameters } = renderQuery(graph, { nodeId: target.nodeId, port });
    const rows = await rowsOf(session.connection, sql, parameters);
    return { ...found, rows, sql };
  } finally {
    session.close();
  }
}

const limits = { memoryBytes: 512 * 1024 ** 2, threads: 2, spillBytes: 1024 ** 3 };

async function rowsOf(...query: Parameters<typeof runBound>): Promise<Record<string, Cell>[]> {
  const result = await runBound(...query).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${query[1]}`, { cause: error });
  });
  const names = result.columnNames();
  const types = result.columnTypes();
  return (await result.getRows()).map((row) =>
    Object.fromEntries(
      row.map((value, at) => {
        const type = types[at];
        if (type === undefined) throw new Error('a value without a type');
        return [names[at] ?? '', toCell(value, type)];
      }),
    ),
  );
}

/** What a config reaches outside the graph. One that does not parse reaches nothing: it cannot run either. */
export function reachedBy(kind: string, config: unknown): Reach {
  const definition = definitionOf(kind);
  const parsed = definition?.config.safeParse(config);
  return parsed?.success ? (definition?.reach?.(parsed.data) ?? {}) : {};
}

/** A Parquet file of a query's rows. */
export async function parquetOf(query: string): Promise<Uint8Array> {
  const scratch = await realpath(await mkdtemp(join(tmpdir(), 'sluice-parquet-')));
  const session = await openSession({ scratch, readable: [], limits });
  try {
    const path = join(scratch, 'rows.parquet');
    await runBound(session.connection, dialect.copyTo(query, path, 'parquet'));
    return await readFile(path);
  } finally {
    session.close();
    await rm(scratch, { recursive: true, force: true });
  }
}
