import { definitions } from '../../nodes/registry.gen.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import { type CompiledGraph, compileGraph } from '../compile/index.ts';
import { OracleMemory, rememberingOracle } from '../compile/remembering-oracle.ts';
import type { Database } from './database.ts';
import type { Surroundings } from './protocol.ts';
import { readyBatches } from './received/ready-batches.ts';
import { notingOracle, type WarmPlan } from './warm/warm-plan.ts';

/** A process serves many tasks of the same documents and files; what compiling them asked is asked once. */
const memory = new OracleMemory();

/**
 * Compiles a task's document on its own instance.
 * A graph that holds a kind which is not vetted (SQL or code that a user wrote as a whole) costs its process: what
 * such a text does to an instance cannot be told from outside, not even when it was only described.
 */
export async function compileTask(task: Surroundings, database: Database): Promise<CompiledGraph> {
  return (await compileNoting(task, database)).graph;
}

/** The same, with what the engine was asked about statements that hold parameters. */
export async function compileNoting(task: Surroundings, database: Database): Promise<WarmPlan> {
  if (!isVettedDocument(task.document)) database.trusted = false;
  const files = [...Object.values(task.files), ...Object.values(task.datasets).map(({ path }) => path)];
  const { oracle, asked } = notingOracle(rememberingOracle(database.oracle, files, memory));
  const received = await readyBatches(task.received ?? {}, database.scratch);
  const inputs = { ...task, received, engineVersion: database.version };
  const graph = await compileGraph(task.document, inputs, oracle);
  return { graph, asked };
}

/** Whether all that the document would run is printed by the compiler from vetted parts. */
export const isVettedDocument = ({ nodes }: PipelineDocument): boolean =>
  nodes.every(({ kind }) => isVetted(kind));

/** An unknown kind runs nothing. */
function isVetted(kind: string): boolean {
  const known: Readonly<Record<string, { readonly vetted: boolean } | undefined>> = definitions;
  return !Object.hasOwn(known, kind) || known[kind]?.vetted !== false;
}
