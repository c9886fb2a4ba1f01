import { definitions } from '../../nodes/registry.gen.ts';
import { type CompiledGraph, compileGraph } from '../compile/index.ts';
import type { Database } from './database.ts';
import type { Surroundings } from './protocol.ts';

/**
 * Compiles a task's document on its own instance.
 * A graph that holds a kind which is not vetted (SQL or code that a user wrote as a whole) costs its process: what
 * such a text does to an instance cannot be told from outside, not even when it was only described.
 */
export async function compileTask(task: Surroundings, database: Database): Promise<CompiledGraph> {
  if (task.document.nodes.some(({ kind }) => !isVetted(kind))) database.trusted = false;
  return compileGraph(task.document, { ...task, engineVersion: database.version }, database.oracle);
}

/** An unknown kind runs nothing. */
function isVetted(kind: string): boolean {
  const known: Readonly<Record<string, { readonly vetted: boolean } | undefined>> = definitions;
  return !Object.hasOwn(known, kind) || known[kind]?.vetted !== false;
}
