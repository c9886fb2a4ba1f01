import { mkdir, readdir, realpath, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type ErrorReport, reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import { type Database, openDatabase } from './database.ts';
import { TaskFailure } from './failure.ts';
import type { LogReport, RunnerTask, StepReport, TaskResults } from './protocol.ts';
import { explainTask } from './tasks/explain.ts';
import { exportTask } from './tasks/export.ts';
import { pageTask } from './tasks/page.ts';
import { previewTask } from './tasks/preview.ts';
import { runPipelineTask } from './tasks/run.ts';
import { schemaTask } from './tasks/schema.ts';
import { sniffTask } from './tasks/sniff.ts';
import { summaryTask } from './tasks/summary.ts';

/** Where a task tells of its way; each call leaves the process at once. */
export interface Reporter {
  step(step: StepReport): void;
  progress(percent: number): void;
  log(entry: LogReport): void;
}

export type TaskOutcome =
  | { readonly ok: true; readonly result: TaskResults[keyof TaskResults] }
  | {
      readonly ok: false;
      readonly error: ErrorReport;
      readonly nodeId?: string;
      readonly problems?: readonly Problem[];
    };

export interface TaskEnd {
  readonly outcome: TaskOutcome;
  /** False when this process must not serve another task. */
  readonly reusable: boolean;
}

/** What a task hands back: its result, and the files in scratch that belong to it (all others are removed). */
export interface TaskDone<Result> {
  readonly result: Result;
  readonly files?: readonly string[];
}

/** With less than a block or two free no file can grow. */
const leastBytes = 16 * 1024;

/**
 * Does one task in an instance of its own and leaves nothing behind but the files of its result.
 * Never throws: whatever goes wrong is the outcome.
 */
export async function runTask(
  given: RunnerTask,
  reporter: Reporter,
  signal: AbortSignal = new AbortController().signal,
): Promise<TaskEnd> {
  let task = given;
  let database: Database | undefined;
  let outcome: TaskOutcome;
  let files: readonly string[] = [];
  try {
    await mkdir(given.scratch, { recursive: true });
    // The engine compares paths with links resolved.
    task = { ...given, scratch: await realpath(given.scratch) };
    database = await openDatabase(task, signal);
    const done = await perform(task, database, reporter);
    files = done.files ?? [];
    signal.throwIfAborted();
    outcome = { ok: true, result: done.result };
  } catch (error) {
    files = [];
    outcome = failed(signal.aborted ? new SluiceError('cancelled') : await onFullDisk(error, task.scratch));
  }
  const closed = database ? database.close() : true;
  const emptied = await emptyFolder(task.scratch, files);
  return { outcome, reusable: closed && emptied && database?.trusted !== false && !inDoubt(outcome) };
}

function perform(
  task: RunnerTask,
  database: Database,
  reporter: Reporter,
): Promise<TaskDone<TaskResults[keyof TaskResults]>> {
  switch (task.task) {
    case 'run':
      return runPipelineTask(task, database, reporter);
    case 'schema':
      return schemaTask(task, database);
    case 'preview':
      return previewTask(task, database);
    case 'explain':
      return explainTask(task, database);
    case 'page':
      return pageTask(task, database);
    case 'summary':
      return summaryTask(task, database);
    case 'export':
      return exportTask(task, database);
    case 'sniff':
      return sniffTask(task, database);
  }
}

function failed(error: unknown): TaskOutcome {
  if (error instanceof TaskFailure) {
    return { ok: false, error: error.report, nodeId: error.nodeId, problems: error.problems };
  }
  if (!(error instanceof SluiceError)) process.stderr.write(`${String((error as Error)?.stack ?? error)}\n`);
  return { ok: false, error: reportError(error) };
}

/** Where a file of its own cannot be written the engine fails without a reason; a full disk is the reason then. */
async function onFullDisk(error: unknown, folder: string): Promise<unknown> {
  if (error instanceof SluiceError || error instanceof TaskFailure) return error;
  const isFull = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize < leastBytes,
    () => false,
  );
  return isFull ? new SluiceError('disk_full', {}, { cause: error }) : error;
}

/** After these nobody can say what state the process is in. */
function inDoubt(outcome: TaskOutcome): boolean {
  return !outcome.ok && (outcome.error.code === 'internal' || outcome.error.code === 'out_of_memory');
}

async function emptyFolder(folder: string, except: readonly string[]): Promise<boolean> {
  const kept = new Set(except);
  try {
    const names = await readdir(folder);
    const paths = names.map((name) => join(folder, name)).filter((path) => !kept.has(path));
    await Promise.all(paths.map((path) => rm(path, { recursive: true, force: true })));
    return true;
  } catch {
    return false;
  }
}
