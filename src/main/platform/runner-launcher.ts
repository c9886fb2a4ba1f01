import type { FromRunner, ToRunner } from '../runner/protocol.ts';

/** How a runner process came to its end. */
export interface RunnerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It was ended because it grew beyond its memory limit, by us or by the operating system. */
  readonly overMemory: boolean;
  /** The last text it wrote to its standard error, for the log; at most a few KB. */
  readonly lastWords: string;
}

/**
 * A child process that executes tasks. States: alive -> exited, once.
 * Listeners are called in the order of the events; `onExit` of an exited one is called at once.
 */
export interface RunnerProcess {
  readonly pid: number;
  send(message: ToRunner): void;
  onMessage(listener: (message: FromRunner) => void): void;
  onExit(listener: (exit: RunnerExit) => void): void;
  /** SIGTERM lets it end by itself where it can; SIGKILL always ends it. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export interface LaunchOptions {
  /** The process's own empty folder. */
  readonly cwd: string;
  /** Bytes that it may take beyond what it needs to be ready; the operating system enforces it where it can. */
  readonly memoryBytes: number;
  /** For tasks that reach sources. All others are cut off from the network where the system can do that. */
  readonly network?: boolean;
  /** Ends a launch that is no longer wanted: it rejects, and no process is left. */
  readonly signal?: AbortSignal;
}

export interface RunnerLauncher {
  /** Resolves once the process is there, its limits hold and it is ready for a task. */
  launch(options: LaunchOptions): Promise<RunnerProcess>;
  /** What the owner should know about how far this system can confine a runner; empty when all of it holds. */
  warnings(): readonly string[];
}
