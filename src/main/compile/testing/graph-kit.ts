import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { defineNode, type NodeDefinition, type PlanFunction } from '../../../nodes/_kit/define-node.ts';
import type { Cell } from '../../../shared/kernel/columns.ts';
import { documentSchema, type PipelineDocument } from '../../../shared/pipeline/document.ts';
import type { NodePlan, Relation } from '../../../shared/plan/relation.ts';
import { createOracle, runBound } from '../../runner/oracle.ts';
import { openSession, type Session } from '../../runner/session.ts';
import {
  type CompiledGraph,
  type CompileInputs,
  compileGraph,
  type KindRegistry,
  type Oracle,
  renderQuery,
} from '../index.ts';

/**
 * Kinds whose config is the plan itself, so that a test says which relation it means. `rows` has no input, `step` one,
 * `pair` two, `many` any number on one port, `split` two outputs, `sink` none.
 */
const kinds = {
  rows: kind('rows', [], ['out']),
  step: kind('step', [{ name: 'in', label: 'Rows' }], ['out']),
  pair: kind(
    'pair',
    [
      { name: 'left', label: 'Left' },
      { name: 'right', label: 'Right' },
    ],
    ['out'],
  ),
  many: kind('many', [{ name: 'in', label: 'Rows', many: true }], ['out']),
  split: kind('split', [{ name: 'in', label: 'Rows' }], ['out', 'rejected']),
  sink: kind('sink', [{ name: 'in', label: 'Rows' }], []),
};

function kind(name: string, inputs: NodeDefinition['inputs'], outputs: readonly string[]): NodeDefinition {
  return defineNode({
    kind: name,
    version: 1,
    title: name,
    group: 'shape',
    icon: 'box',
    description: name,
    keywords: [],
    inputs,
    outputs: outputs.map((port) => ({ name: port, label: port })),
    config: z.object({ plan: z.custom<NodePlan>((value) => typeof value === 'object' && value !== null) }),
    defaults: {},
    example: { plan: { outputs: {} } },
    summary: () => '',
    keep: 'stream',
    vetted: true,
  }) as unknown as NodeDefinition;
}

const plan: PlanFunction<NodeDefinition> = ({ config }) => (config as { plan: NodePlan }).plan;

export const testRegistry: KindRegistry = {
  definitions: kinds,
  plans: Object.fromEntries(Object.keys(kinds).map((name) => [name, plan])),
};

export interface Bench {
  readonly session: Session;
  readonly oracle: Oracle;
  readonly folder: string;
  close(): Promise<void>;
}

/** A hardened session with a scratch folder of its own; files written into it may be read. */
export async function openBench(readable: readonly string[] = []): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-compile-'));
  const limits = { memoryBytes: 512 * 1024 * 1024, threads: 2, spillBytes: 64 * 1024 * 1024 };
  const session = await openSession({ scratch: folder, limits, readable });
  return {
    session,
    folder,
    oracle: createOracle(session.connection),
    async close() {
      session.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const noSurroundings: CompileInputs = {
  files: {},
  refusedFiles: {},
  datasets: {},
  parameters: {},
  registry: testRegistry,
};

export const document = (parts: Partial<PipelineDocument> & { nodes: unknown[] }): PipelineDocument =>
  documentSchema.parse({ name: 'Test', ...parts });

export const node = (
  id: string,
  kindName: string,
  plan: NodePlan,
): { id: string; kind: string; config: { plan: NodePlan } } => ({
  id,
  kind: kindName,
  config: { plan },
});

export const out = (relation: Relation): NodePlan => ({ outputs: { out: relation } });

export async function rowsOf(
  bench: Bench,
  graph: CompiledGraph,
  nodeId: string,
  port = 'out',
): Promise<Cell[][]> {
  const { sql, parameters } = renderQuery(graph, { nodeId, port });
  const result = await runBound(bench.session.connection, sql, parameters);
  return (await result.getRowsJson()) as Cell[][];
}

/** Compiles a document of the test kinds over this bench. */
export const compile = (
  bench: Bench,
  parts: Parameters<typeof document>[0],
  inputs: Partial<CompileInputs> = {},
): Promise<CompiledGraph> => compileGraph(document(parts), { ...noSurroundings, ...inputs }, bench.oracle);
