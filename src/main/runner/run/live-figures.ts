import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveFigures } from '../protocol.ts';
import type { RunContext } from './context.ts';
import type { WorkStep } from './plan-steps.ts';

/** Often enough to be watched, too seldom to cost anything. */
const everyMilliseconds = 1000;

/** Tells once a second how far a statement is, as long as `work` takes. Figures of the statement stand at its own node. */
export async function whileWatched<Value>(
  context: RunContext,
  step: WorkStep,
  work: () => Promise<Value>,
): Promise<Value> {
  const started = performance.now();
  const timer = setInterval(() => {
    context.board.live(step.target.nodeId, figuresOf(context, step, performance.now() - started));
  }, everyMilliseconds);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

function figuresOf({ database, task }: RunContext, { target }: WorkStep, took: number): LiveFigures {
  const rows = database.rowsScanned;
  const bytes = bytesWritten(task.scratch, target.nodeId);
  return {
    milliseconds: Math.round(took),
    memoryBytes: process.memoryUsage.rss(),
    ...(rows > 0 ? { rowsScanned: rows, rowsPerSecond: Math.round((rows * 1000) / took) } : {}),
    ...(bytes > 0 ? { bytesWritten: bytes } : {}),
  };
}

/** What lies in scratch of a node's output so far: the engine writes its files in pieces. */
function bytesWritten(scratch: string, nodeId: string): number {
  try {
    const own = readdirSync(scratch).filter(
      (name) => name.startsWith(`out-${nodeId}.`) || name.startsWith(`kept-${nodeId}-`),
    );
    return own.reduce((sum, name) => sum + statSync(join(scratch, name)).size, 0);
  } catch {
    return 0;
  }
}
