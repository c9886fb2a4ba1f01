import { mkdir, readdir, realpath, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type ErrorReport, reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import { compileNoting, isVettedDocument } from './compile-task.ts';
import { type Database, openDatabase } from './database.ts';
import { BrokenRun, TaskFailure } from './failure.ts';
import type { LogReport, RunnerTask, RunOutput, StepReport, TaskResults } from './protocol.ts';
import { runRecords } from './records/run-records.ts';
import { connectTask, metadataTask } from './tasks/connect.ts';
import { deliverTask } from './tasks/deliver.ts';
import { explainTask } from './tasks/explain.ts';
import { exportTask } from './tasks/export.ts';
import { fetchTask } from './tasks/fetch.ts';
import { pageTask } from './tasks/page.ts';
import { previewTask } from './tasks/preview.ts';
import { runPipelineTask } from './tasks/run.ts';
import { schemaTask } from './tasks/schema.ts';
import { sniffTask } from './tasks/sniff.ts';
import { summaryTask } from './tasks/summary.ts';
import { runWarm } from './warm/run-warm.ts';
import { planKey, type WarmPlan } from './warm/warm-plan.ts';
import type { WarmSessions } from './warm/warm-sessions.ts';
import { runXml } from './xml/run-xml.ts';

/** Where a task tells of its way; each call leaves the process at once. */
export interface Reporter {
  step(step: StepReport): void;
  progress(percent: number): void;
  log(entry: LogReport): void;
  /** Ends the task at once with this failure, whatever it still does. The process must not be used again. */
  readonly stuck?: (failure: TaskFailure) => void;
}

export type TaskOutcome =
  | { readonly ok: true; readonly result: TaskResults[keyof TaskResults] }
  | {
      readonly ok: false;
      readonly error: ErrorReport;
      readonly nodeId?: string;
      readonly problems?: readonly Problem[];
      readonly outputs?: readonly RunOutput[];
      readonly exhausted?: boolean;
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
 * Does one task and leaves nothing behind but the files of its result: in an instance of its own or, where `sessions`
 * has one that is kept for just this document, in that one. Never throws: whatever goes wrong is the outcome.
 */
export async function runTask(
  given: RunnerTask,
  reporter: Reporter,
  signal: AbortSignal = new AbortController().signal,
  sessions?: WarmSessions,
): Promise<TaskEnd> {
  if (given.task === 'records') return runRecords(given, signal);
  if (given.task === 'xml') return runXml(given);
  const key = sessions && given.task === 'run' ? planKey(given) : undefined;
  const session = key === undefined ? undefined : await sessions?.take(key);
  if (session && sessions && given.task === 'run') {
    const end = await runWarm(given, session, sessions, reporter, signal);
    if (end) return end;
  }
  // What a user wrote as a whole gets a process with nothing of another run in it.
  if (sessions && 'document' in given && !isVettedDocument(given.document)) await sessions.closeAll();
  const plans: WarmPlan[] = [];
  const end = await runFromScratch(given, reporter, signal, (plan) => plans.push(plan));
  const [plan] = plans;
  if (key !== undefined && plan && given.task === 'run' && end.outcome.ok && end.reusable)
    sessions?.learn(key, given, plan);
  return end;
}

async function runFromScratch(
  given: RunnerTask,
  reporter: Reporter,
  signal: AbortSignal,
  onPlan: (plan: WarmPlan) => void,
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
    const done = await perform(task, database, reporter, onPlan);
    files = done.files ?? [];
    signal.throwIfAborted();
    outcome = { ok: true, result: done.result };
  } catch (thrown) {
    const { cause: error, kept } = thrown instanceof BrokenRun ? thrown : { cause: thrown, kept: [] };
    files = kept.map(({ path }) => path);
    outcome = failed(signal.aborted ? new SluiceError('cancelled') : await onFullDisk(error, task.scratch));
    if (kept.length > 0) outcome = { ...outcome, outputs: kept };
  }
  const closed = database ? database.close() : true;
  const emptied = await emptyFolder(task.scratch, files);
  return { outcome, reusable: closed && emptied && database?.trusted !== false && !inDoubt(outcome) };
}

function perform(
  task: RunnerTask,
  database: Database,
  reporter: Reporter,
  onPlan: (plan: WarmPlan) => void,
): Promise<TaskDone<TaskResults[keyof TaskResults]>> {
  switch (task.task) {
    case 'run':
      return runPipelineTask(task, database, reporter, async () => {
        const plan = await compileNoting(task, database);
        onPlan(plan);
        return plan.graph;
      });
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
    case 'connect':
      return connectTask(task, database);
    case 'metadata':
      return metadataTask(task, database);
    case 'fetch':
      return fetchTask(task, database, reporter);
    case 'deliver':
      return deliverTask(task, database, reporter);
    case 'records':
    case 'xml':
      throw new Error(`Internal error: the task ${task.task} has no instance`);
  }
}

export function failed(error: unknown): Extract<TaskOutcome, { ok: false }> {
  if (error instanceof TaskFailure) {
    const { report, nodeId, problems, exhausted } = error;
    return { ok: false, error: report, nodeId, problems, ...(exhausted ? { exhausted } : {}) };
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
