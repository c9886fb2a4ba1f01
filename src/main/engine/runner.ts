import { reportError } from '../../shared/errors/sluice-error.ts';
import type { Clock, Timer } from '../platform/clock.ts';
import type { RunnerExit, RunnerProcess } from '../platform/runner-launcher.ts';
import type { FromRunner, LogReport, RunnerTask, StepReport, TaskResults } from '../runner/protocol.ts';
import { abortError, crashFailure, TaskFailure } from './task-failure.ts';

/** What a task tells on its way; each is called as it arrives. */
export interface TaskReports {
  step?(step: StepReport): void;
  progress?(percent: number): void;
  log?(entry: LogReport): void;
}

/** When a cancelled task that does not answer is ended by force, in milliseconds after the cancel. */
export interface StopLadder {
  readonly terminate: number;
  readonly kill: number;
}

export const runStopLadder: StopLadder = { terminate: 1000, kill: 1800 };
/** A preview holds nothing worth waiting for. */
export const interactiveStopLadder: StopLadder = { terminate: 400, kill: 800 };

type End = Extract<FromRunner, { type: 'end' }>;

interface Current {
  readonly id: number;
  readonly reports: TaskReports;
  readonly settle: (end: End | undefined) => void;
}

/**
 * One runner process, seen from main.
 * States: idle -> working (run) -> idle (a reusable end), spent (an end that is not, or a forced stop);
 * any -> gone (the process exited). Only an idle one takes a task; a spent one is retired by the pool.
 */
export class Runner {
  readonly pid: number;
  /** Bytes it may use; a task with another limit needs another process. */
  readonly memoryBytes: number;
  readonly gone: Promise<RunnerExit>;
  #process: RunnerProcess;
  #clock: Clock;
  #current: Current | undefined;
  #exit: RunnerExit | undefined;
  #spent = false;
  /** The process has told of the task of `#lastId`. True while there was none. */
  #taken = true;
  #lastId = 0;

  constructor(process: RunnerProcess, memoryBytes: number, clock: Clock) {
    this.#process = process;
    this.#clock = clock;
    this.pid = process.pid;
    this.memoryBytes = memoryBytes;
    this.gone = new Promise((resolve) => {
      process.onExit((exit) => {
        this.#exit = exit;
        this.#current?.settle(undefined);
        resolve(exit);
      });
    });
    process.onMessage((message) => this.#receive(message));
  }

  get idle(): boolean {
    return !this.#spent && !this.#exit && !this.#current;
  }

  /** The process was dead before its last task reached it: the task has done nothing and may go to another. */
  get missedTask(): boolean {
    return this.#exit !== undefined && !this.#taken;
  }

  /**
   * Does one task. Throws a TaskFailure for what went wrong in it, engine_crashed or out_of_memory when the process
   * ended under it, and the signal's own reason when it was aborted. Resolves only when the task is over: after an
   * abort that is at the latest after the ladder's last step.
   */
  async run<Task extends RunnerTask>(
    task: Task,
    reports: TaskReports,
    signal: AbortSignal,
    ladder: StopLadder,
  ): Promise<TaskResults[Task['task']]> {
    if (signal.aborted) throw abortError(signal);
    if (!this.idle) throw new Error(`runner ${this.pid} is not idle`);
    this.#lastId += 1;
    this.#taken = false;
    const id = this.#lastId;
    const ended = new Promise<End | undefined>((settle) => {
      this.#current = { id, reports, settle };
    });
    this.#process.send({ type: 'task', id, task });
    const calm = this.#stopOnAbort(id, signal, ladder);
    const end = await ended;
    calm();
    this.#current = undefined;
    if (!end?.reusable) this.#spent = true;
    return this.#result(end, signal) as TaskResults[Task['task']];
  }

  /** Ends the process, whatever it does, and resolves when it is gone. */
  async retire(): Promise<void> {
    this.#spent = true;
    if (!this.#exit) this.#process.kill('SIGKILL');
    await this.gone;
  }

  #result(end: End | undefined, signal: AbortSignal): TaskResults[keyof TaskResults] {
    if (end?.outcome.ok) return end.outcome.result;
    const failure = end?.outcome as Extract<End['outcome'], { ok: false }> | undefined;
    const kept = failure?.outputs?.filter(({ output }) => output === 'kept') ?? [];
    if (signal.aborted && kept.length === 0) throw abortError(signal);
    if (signal.aborted) throw new TaskFailure(reportError(abortError(signal)), undefined, { kept });
    if (!failure) throw crashFailure(this.#exitOrUnknown(), this.memoryBytes);
    const { error, nodeId, problems, exhausted } = failure;
    throw new TaskFailure(error, nodeId, { problems, kept, exhausted });
  }

  #exitOrUnknown(): RunnerExit {
    return this.#exit ?? { code: null, signal: null, overMemory: false, lastWords: '' };
  }

  /** Cancel, then SIGTERM, then SIGKILL, each when the one before was not answered. Returns what ends the watch. */
  #stopOnAbort(id: number, signal: AbortSignal, ladder: StopLadder): () => void {
    const timers: Timer[] = [];
    const onAbort = (): void => {
      this.#process.send({ type: 'cancel', id });
      timers.push(this.#clock.after(ladder.terminate, () => this.#process.kill('SIGTERM')));
      timers.push(this.#clock.after(ladder.kill, () => this.#process.kill('SIGKILL')));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    return () => {
      signal.removeEventListener('abort', onAbort);
      for (const timer of timers) timer.cancel();
    };
  }

  /** Messages of a task that is over are dropped: their id is not the current one's. */
  #receive(message: FromRunner): void {
    if (message.type === 'batch') {
      for (const each of message.messages) this.#receive(each);
      return;
    }
    const current = this.#current;
    if (!current || message.type === 'ready' || message.id !== current.id) return;
    if (message.type === 'step') current.reports.step?.(message.step);
    else if (message.type === 'progress') current.reports.progress?.(message.percent);
    else if (message.type === 'log') current.reports.log?.(message.entry);
    else if (message.type === 'taken') this.#taken = true;
    else current.settle(message);
  }
}
