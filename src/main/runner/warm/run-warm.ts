import { mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import { BrokenRun, TaskFailure } from '../failure.ts';
import type { RunResult, RunTask } from '../protocol.ts';
import { failed, type Reporter, type TaskEnd } from '../run-task.ts';
import { runPipelineTask } from '../tasks/run.ts';
import { HeldReports } from './held-reports.ts';
import type { WarmSession } from './warm-session.ts';
import type { WarmSessions } from './warm-sessions.ts';

/**
 * Does a run on the session that is kept for its document, by the same code as any run. Undefined where anything went
 * wrong but a cancel or a timeout: the session is closed then, and the run is to be done from scratch, where its failure is told.
 */
export async function runWarm(
  given: RunTask,
  session: WarmSession,
  sessions: WarmSessions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<TaskEnd | undefined> {
  const held = new HeldReports(reporter);
  const task = { ...given, scratch: session.folder };
  const database = session.lend(task, signal);
  try {
    const { result } = await runPipelineTask(task, database, held, () => session.graphFor(task));
    signal.throwIfAborted();
    const moved = moveOutputs(result, given.scratch);
    held.release();
    sessions.giveBack(session);
    return { outcome: { ok: true, result: moved }, reusable: true };
  } catch (thrown) {
    const error = signal.aborted ? new SluiceError('cancelled') : finalError(thrown);
    const closed = session.close();
    if (error || !closed) {
      held.release();
      return { outcome: failed(error ?? new SluiceError('internal')), reusable: closed };
    }
    const untold = held.drop();
    if (!untold) tellRestart(reporter);
    return undefined;
  } finally {
    database.release();
  }
}

/** Time that is over is over: from scratch it would only be waited for again. */
function finalError(thrown: unknown): unknown {
  const error = thrown instanceof BrokenRun ? thrown.cause : thrown;
  return error instanceof TaskFailure && error.report.code === 'timed_out' ? error : undefined;
}

/** From the session's folder to the task's: the same file system, so each is one step. */
function moveOutputs(result: RunResult, scratch: string): RunResult {
  mkdirSync(scratch, { recursive: true });
  const outputs = result.outputs.map((output) => {
    const path = join(scratch, basename(output.path));
    renameSync(output.path, path);
    return { ...output, path };
  });
  return { ...result, outputs };
}

function tellRestart(reporter: Reporter): void {
  reporter.log({
    time: new Date().toISOString(),
    level: 'debug',
    message: 'The prepared statements could not finish; the run starts again from the beginning.',
  });
}
