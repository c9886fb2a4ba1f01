import { partText } from '../../../shared/sources/source-part.ts';
import { dialect } from '../../compile/dialect.ts';
import { connectorOf, fail, type Item, type Pending, type TextSource } from '../../connectors/index.ts';
import type { Database } from '../database.ts';
import { TaskFailure } from '../failure.ts';
import type { DeliverResult, DeliverTask } from '../protocol.ts';
import { createRunLog, type RunLog, rowsText, timeText } from '../run/run-log.ts';
import type { Reporter, TaskDone } from '../run-task.ts';
import { tryForNode } from '../sources/again.ts';

type Delivery = DeliverTask['deliveries'][number];

/** What one source gets, in the order of the document. */
interface Group {
  readonly source: Delivery['source'];
  readonly deliveries: readonly Delivery[];
}

interface Written extends Group {
  /** Of a database: what waits for the commit. */
  readonly pending?: Pending;
}

/**
 * Hands rows and files over. Rows are written first, all of a database in one transaction, which stays open; then files,
 * which appear whole; and only when all of that went well the transactions are committed, one right after the other. A
 * failure before that leaves every table as it was.
 */
export async function deliverTask(
  task: DeliverTask,
  database: Database,
  reporter: Reporter,
): Promise<TaskDone<DeliverResult>> {
  const log = createRunLog(reporter.log);
  const started = performance.now();
  const written: Written[] = [];
  for (const { nodeId } of task.deliveries) reporter.step({ nodeId, status: 'running' });
  try {
    for (const group of groupsOf(task.deliveries)) {
      const pending = await deliverGroup(group, task, database, log);
      written.push({ ...group, ...(pending ? { pending } : {}) });
    }
    await commitAll(written, task, database, log);
  } catch (error) {
    await Promise.all(written.map(({ pending }) => pending?.rollback()));
    // Only the step that failed is to blame.
    const blamed = error instanceof TaskFailure ? error.nodeId : undefined;
    for (const { nodeId } of task.deliveries)
      if (nodeId !== blamed) reporter.step({ nodeId, status: 'cancelled' });
    throw error;
  }
  for (const delivery of task.deliveries) tell(delivery, reporter, log, performance.now() - started);
  return { result: { rows: task.deliveries.reduce((sum, { rows }) => sum + rows, 0) } };
}

/** Databases before all others: what they write can be taken back. */
function groupsOf(deliveries: readonly Delivery[]): Group[] {
  const groups = new Map<string, { source: Delivery['source']; deliveries: Delivery[] }>();
  for (const delivery of deliveries) {
    const { source, part } = delivery;
    const key = JSON.stringify([part.table === undefined, source.name, source.version]);
    const group = groups.get(key) ?? { source, deliveries: [] };
    groups.set(key, group);
    group.deliveries.push(delivery);
  }
  return [...groups].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, group]) => group);
}

/** Tries and limits are those of the node whose turn it is when something fails. */
function deliverGroup(
  { source, deliveries }: Group,
  task: DeliverTask,
  database: Database,
  log: RunLog,
): Promise<Pending | undefined> {
  let current = deliveries[0] as Delivery;
  const tried = {
    source,
    get nodeId() {
      return current.nodeId;
    },
    get retry() {
      return current.retry;
    },
    timeout: longestOf(deliveries),
  };
  return tryForNode(tried, { signal: database.signal, log, limits: task.limits }, async (signal) => {
    const connector = await connectorOf(source);
    const reach = { signal, ownPort: task.ownPort };
    if (connector.holds === 'tables') {
      const items = deliveries.map(
        (delivery): Item => ({
          part: delivery.part,
          rows: textsOf(delivery, database),
          begin() {
            current = delivery;
          },
        }),
      );
      return connector.deliver(source as never, items, reach);
    }
    for (const delivery of deliveries) {
      current = delivery;
      if (!connector.deliver) throw fail('path', 'nothing can be written to it.');
      await connector.deliver(source as never, delivery.part.path ?? '', delivery.path, reach);
    }
    return undefined;
  });
}

/** One transaction serves several nodes: each has the time that it may take. */
function longestOf(deliveries: readonly Delivery[]): number | undefined {
  const limits = deliveries.flatMap(({ timeout }) => (timeout === undefined ? [] : [timeout]));
  return limits.length === deliveries.length ? limits.reduce((sum, each) => sum + each, 0) : undefined;
}

function textsOf({ path, columns }: Delivery, database: Database): TextSource {
  return {
    columns,
    texts: (expressions) =>
      database.texts(`SELECT ${expressions.join(', ')} FROM ${dialect.readParquet(path)}`),
  };
}

/** A commit is not tried again: whether one that was cut off had come through cannot be known. */
async function commitAll(
  written: readonly Written[],
  task: DeliverTask,
  database: Database,
  log: RunLog,
): Promise<void> {
  const done: string[] = [];
  for (const { source, deliveries, pending } of written) {
    const nodeId = deliveries[0]?.nodeId ?? '';
    if (!pending) continue;
    try {
      const setting = { signal: database.signal, log, limits: task.limits };
      await tryForNode({ nodeId, source }, setting, () => pending.commit());
      done.push(`"${source.name}"`);
    } catch (error) {
      if (done.length > 0) log('warn', `Already written before this failure: ${done.join(', ')}.`, nodeId);
      throw error;
    }
  }
}

function tell({ nodeId, part, rows, bytes }: Delivery, reporter: Reporter, log: RunLog, took: number): void {
  const verb = part.mode === 'append' ? 'Added' : 'Wrote';
  log('info', `${verb} ${rowsText(rows)} to ${partText(part)} in ${timeText(took)}.`, nodeId, {
    rows,
    bytes,
  });
  reporter.step({ nodeId, status: 'succeeded', percent: 100, rows, bytes });
}
