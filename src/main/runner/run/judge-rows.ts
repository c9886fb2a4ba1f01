import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import { dialect } from '../../compile/dialect.ts';
import { type PortRef, portKey } from '../../compile/index.ts';
import type { RunContext } from './context.ts';
import { rowsText } from './run-log.ts';

/** How many of the bad rows a message names. */
const shownRows = 3;
const longestExample = 300;

/**
 * Counts the rows that a check refused, once its table is filled, and tells of the first. Ends the run where the
 * check says that one is too many.
 */
export async function judgeRows(
  context: RunContext,
  { nodeId, port }: PortRef,
  table: string,
  rows: number,
): Promise<void> {
  const check = context.graph.byId.get(nodeId)?.plan?.check;
  if (check?.port !== port) return;
  const reasons = dialect.identifier(check.reasons);
  const bad = await context.database.count(`SELECT count(${reasons}) FROM ${table}`);
  context.counts.set(portKey({ nodeId, port: check.passed }), rows - bad);
  context.counts.set(portKey({ nodeId, port: check.rejected }), bad);
  if (bad === 0) return;
  context.rejected.set(nodeId, bad);
  const examples = await firstReasons(context, table, reasons);
  if (check.fail)
    throw new SluiceError('rows_refused', { reason: refusal(bad, rows, examples), rejected: bad });
  context.log('warn', `Rejected ${countText(bad)} of ${rowsText(rows)} (${examples}).`, nodeId, {
    rejectedRows: bad,
  });
}

/** "row 3: amount is missing; row 8: ..." by the order of arrival. */
async function firstReasons({ database }: RunContext, table: string, reasons: string): Promise<string> {
  const numbered = `SELECT row_number() OVER () AS place, ${reasons} AS reasons FROM ${table}`;
  const query = `SELECT place, array_to_string(reasons, ', ') FROM (${numbered}) WHERE reasons IS NOT NULL ORDER BY place LIMIT ${shownRows}`;
  const found = await database.rows(query);
  return found.map(([place, texts]) => `row ${String(place)}: ${cut(String(texts))}`).join('; ');
}

const countText = (count: number): string => count.toLocaleString('en');

const cut = (text: string): string =>
  text.length > longestExample ? `${text.slice(0, longestExample - 1)}…` : text;

const refusal = (bad: number, rows: number, examples: string): string =>
  `${countText(bad)} of ${rowsText(rows)} ${bad === 1 ? 'does' : 'do'} not keep the rules: ${examples}.`;
