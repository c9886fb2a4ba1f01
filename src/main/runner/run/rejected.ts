import type { RunContext } from './context.ts';
import { inputsOf } from './plan-steps.ts';
import { rowsText } from './run-log.ts';

/** How many of the skipped lines the log shows. */
const shownLines = 3;

/**
 * The lines that readers skipped because they did not fit. DuckDB notes them in a temporary table of the connection,
 * which exists once a reader that skips has run; a line read twice counts once.
 */
export async function learnRejected(context: RunContext, nodeIds: readonly string[]): Promise<void> {
  for (const nodeId of nodeIds) {
    const node = context.graph.byId.get(nodeId);
    const skips = Object.values(node?.plan?.outputs ?? {}).some((relation) => {
      return relation.rel === 'read-csv' && relation.options.badRows === 'skip';
    });
    if (!node || !skips || inputsOf(node).length > 0) continue;
    for (const file of node.files) await learnFile(context, nodeId, file);
  }
}

async function learnFile(context: RunContext, nodeId: string, file: string): Promise<void> {
  const { database, log, rejected } = context;
  const parameters = { file: { type: 'VARCHAR', value: file } };
  const from = `FROM reject_errors JOIN reject_scans USING (scan_id, file_id) WHERE file_path = $file`;
  let count = 0;
  try {
    count = await database.count(`SELECT count(DISTINCT line) ${from}`, { parameters });
  } catch {
    database.throwIfCancelled();
    // No such table: nothing was read with bad rows skipped, and so nothing was.
    return;
  }
  if (count === 0) return;
  rejected.set(nodeId, count);
  const query = `SELECT line, any_value(error_message) ${from} GROUP BY line ORDER BY line LIMIT ${shownLines}`;
  const lines = await database.rows(query, { parameters });
  const examples = lines.map(([line, reason]) => `line ${line}: ${String(reason).split('\n')[0]}`).join('; ');
  log('warn', `Skipped ${rowsText(count)} that could not be read (${examples}).`, nodeId, {
    rejectedRows: count,
  });
}
