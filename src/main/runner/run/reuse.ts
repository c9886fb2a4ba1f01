import { stat } from 'node:fs/promises';
import { downstreamOf } from '../../../shared/pipeline/graph.ts';
import { type CompiledGraph, type CompiledNode, type PortRef, portKey } from '../../compile/index.ts';
import type { Database } from '../database.ts';
import { openParquet } from '../parquet-file.ts';
import type { KeptOutput, RunTask } from '../protocol.ts';
import { outputsOf, type Scope } from './plan-steps.ts';
import type { RunLog } from './run-log.ts';

/** A kept output that was proved to be the rows of a port. */
export interface Reusable {
  readonly port: PortRef;
  readonly kept: KeptOutput;
  readonly table: string;
}

/** A node's digest as this run tells it: rows that may differ from run to run are this run's alone. */
export const stepDigest = (node: CompiledNode, runId: string): string =>
  node.volatile && node.digest !== '' ? `${node.digest}-${runId}` : node.digest;

/** The name under which a port's rows are kept. Nodes with one output keep them under the node's own digest. */
export const keptDigest = (node: CompiledNode, port: string, runId: string): string =>
  port === 'out' ? stepDigest(node, runId) : `${stepDigest(node, runId)}.${port}`;

/**
 * The kept outputs that stand for ports of this graph. None for a fast run, which owes nothing to earlier ones; none for
 * the node that a run is to start from and those below it.
 */
export async function findReusable(
  task: RunTask,
  graph: CompiledGraph,
  scope: Scope,
  database: Database,
  log: RunLog,
): Promise<ReadonlyMap<string, Reusable>> {
  const found = new Map<string, Reusable>();
  if (task.mode !== 'inspect') return found;
  const fresh = new Set(
    task.from === undefined ? [] : [task.from, ...downstreamOf(task.document, task.from)],
  );
  const byDigest = new Map(task.kept.map((kept) => [kept.digest, kept]));
  for (const node of graph.nodes) {
    if (!scope.has(node.nodeId) || fresh.has(node.nodeId) || node.volatile || node.digest === '') continue;
    for (const port of outputsOf(node)) {
      const kept = byDigest.get(keptDigest(node, port.port, task.runId));
      const table = kept && (await provenTable(kept, database, log));
      if (kept && table) found.set(portKey(port), { port, kept, table });
    }
  }
  return found;
}

/**
 * The table of a kept file, if the file is whole and says itself that it holds the rows of this digest. A file that
 * was lost, cut or exchanged is no error: its node is computed again.
 */
async function provenTable(kept: KeptOutput, database: Database, log: RunLog): Promise<string | undefined> {
  try {
    if ((await stat(kept.path)).size !== kept.bytes) throw new Error('its size has changed');
    const file = await openParquet(database, kept.path);
    if (file.kept?.digest !== kept.digest || file.rows !== kept.rows) throw new Error('it holds other rows');
    return file.table();
  } catch (error) {
    database.throwIfCancelled();
    const reason = error instanceof Error ? error.message : String(error);
    log('debug', `A kept result was not used again: ${reason}.`, undefined, { digest: kept.digest });
    return undefined;
  }
}
