import { definitions } from '../../nodes/registry.gen.ts';
import { type CompiledGraph, compileGraph } from '../compile/index.ts';
import { OracleMemory, rememberingOracle } from '../compile/remembering-oracle.ts';
import type { Database } from './database.ts';
import type { Surroundings } from './protocol.ts';

/** A process serves many tasks of the same documents and files; what compiling them asked is asked once. */
const memory = new OracleMemory();

/**
 * Compiles a task's document on its own instance.
 * A graph that holds a kind which is not vetted (SQL or code that a user wrote as a whole) costs its process: what
 * such a text does to an instance cannot be told from outside, not even when it was only described.
 */
export async function compileTask(task: Surroundings, database: Database): Promise<CompiledGraph> {
  if (task.document.nodes.some(({ kind }) => !isVetted(kind))) database.trusted = false;
  const files = [...Object.values(task.files), ...Object.values(task.datasets).map(({ path }) => path)];
  const oracle = rememberingOracle(database.oracle, files, memory);
  return compileGraph(task.document, { ...task, engineVersion: database.version }, oracle);
}

/** An unknown kind runs nothing. */
function isVetted(kind: string): boolean {
  const known: Readonly<Record<string, { readonly vetted: boolean } | undefined>> = definitions;
  return !Object.hasOwn(known, kind) || known[kind]?.vetted !== false;
}
