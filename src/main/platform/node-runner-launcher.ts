import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setPriority } from 'node:os';
import type { FromRunner } from '../runner/protocol.ts';
import { captureOutput } from './captured-output.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import { type Guard, guardProcess, hasKernelLimit, systemMemoryKills } from './process-guard.ts';
import type { LaunchOptions, RunnerExit, RunnerLauncher, RunnerProcess } from './runner-launcher.ts';

const readyMilliseconds = 30_000;
const nodeFlags = ['--max-old-space-size=1024', '--disable-warning=ExperimentalWarning'];
const unsharePath = '/usr/bin/unshare';
const setprivPath = '/usr/bin/setpriv';

export interface NodeLauncherOptions {
  /** Absolute path of the runner's program. */
  readonly entry: string;
  readonly clock: Clock;
  readonly log: Log;
  /** False leaves the runner in this system's network even where it could be cut off. */
  readonly isolateNetwork?: boolean;
  /** False watches the memory even where the kernel could limit it. */
  readonly kernelLimit?: boolean;
}

/** Runners as forked Node processes, for every head but Electron. */
export function nodeRunnerLauncher(options: NodeLauncherOptions): RunnerLauncher {
  const isolate = options.isolateNetwork !== false && works(networkWrapper);
  const mortal = works(deathWrapper) ? deathWrapper : [];
  let guardKind: Guard['kind'] = hasKernelLimit && options.kernelLimit !== false ? 'limit' : 'watch';
  return {
    async launch(launch) {
      const cutOff = isolate && !launch.network ? networkWrapper : [];
      const child = await forkRunner(options, launch, [...cutOff, ...mortal]);
      const { guard, runner } = await readied(child, options, launch);
      guardKind = guard.kind;
      return runner;
    },
    warnings: () => confinementWarnings(guardKind, isolate),
  };
}

export function confinementWarnings(guard: Guard['kind'], networkIsolated: boolean): string[] {
  const warnings: string[] = [];
  if (guard === 'watch') {
    warnings.push(
      'The memory of a run is watched rather than limited by the operating system: a run that grows very fast can pass its limit for a moment. On Linux, install prlimit (util-linux).',
    );
  }
  if (!networkIsolated) {
    warnings.push(
      'The engine process is not cut off from the network by the operating system, only by its own settings.',
    );
  }
  return warnings;
}

/** Starts a program without any network. User namespaces are off on some systems. */
const networkWrapper = [unsharePath, '-Urn', '--'];

/**
 * Starts a program that the kernel kills as soon as we are gone. A runner that is up sees its channel close and ends by
 * itself; one that is still loading would notice only after that.
 */
const deathWrapper = [setprivPath, '--pdeathsig', 'KILL', '--'];

/** The only sure way to know is to try. */
function works(wrapper: readonly string[]): boolean {
  const [file = '', ...args] = wrapper;
  if (process.platform !== 'linux' || !existsSync(file)) return false;
  try {
    execFileSync(file, [...args, process.execPath, '--version'], { stdio: 'ignore', timeout: 5000 });
    return true;
  } catch {
    return false;
  }
}

function forkRunner(
  { entry }: NodeLauncherOptions,
  { cwd }: LaunchOptions,
  wrappers: readonly string[],
): Promise<ChildProcess> {
  // Each wrapper becomes the next program by exec, so the process id and the IPC channel stay the child's.
  const [execPath = process.execPath, ...rest] = [...wrappers, process.execPath];
  const child = fork(entry, [], {
    cwd,
    // Nothing of our environment: it may hold the user's secrets. Times are UTC everywhere.
    env: { TZ: 'UTC' },
    execPath,
    execArgv: [...rest, ...nodeFlags],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child));
    child.once('error', reject);
  });
}

/** The process once it has said `ready` and its guard stands; one that does not get there is killed. */
async function readied(
  child: ChildProcess,
  options: NodeLauncherOptions,
  { memoryBytes, signal }: LaunchOptions,
) {
  const pid = child.pid ?? 0;
  const state = { overMemory: false };
  const runner = wrap(child, pid, options.log, state);
  const giveUp = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    if (signal?.aborted) throw new Error('the launch was given up');
    await untilReady(child, options.clock);
    await yieldToUs(pid);
    const guard = await guardProcess({
      pid,
      memoryBytes,
      clock: options.clock,
      kernel: options.kernelLimit !== false,
      onOverMemory() {
        state.overMemory = true;
        child.kill('SIGKILL');
      },
    });
    runner.onExit(() => guard.stop());
    return { guard, runner };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

/**
 * The least weight there is. Where 32 runners compute on two cores, main's event loop then waits 24 ms at its 99th
 * percentile instead of 78 at niceness 10, and as many runs end in a second; alone on a machine a runner loses nothing.
 */
const niceness = 19;

/** Many busy runners must not keep main, which answers everybody, from its turn. */
async function yieldToUs(pid: number): Promise<void> {
  try {
    // On Linux a priority is that of one thread; threads that are made later inherit it.
    const threads = process.platform === 'linux' ? await readdir(`/proc/${pid}/task`) : [pid];
    for (const thread of threads) setPriority(Number(thread), niceness);
  } catch {
    // It has just ended, or the system does not let us: it then competes as any process does.
  }
}

function untilReady(child: ChildProcess, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => () => reject(new Error(`the runner did not start: ${reason}`));
    const timer = clock.after(readyMilliseconds, fail('no answer'));
    child.once('exit', (code, signal) => fail(`it ended with ${signal ?? code}`)());
    child.on('message', (message: FromRunner) => {
      if (message.type !== 'ready') return;
      timer.cancel();
      resolve();
    });
  });
}

function wrap(
  child: ChildProcess,
  pid: number,
  log: Log,
  state: { readonly overMemory: boolean },
): RunnerProcess {
  captureOutput(child.stdout, log, { pid, stream: 'stdout' });
  const errors = captureOutput(child.stderr, log, { pid, stream: 'stderr' });
  const killsBefore = systemMemoryKills();
  let exit: RunnerExit | undefined;
  let killed = false;
  const listeners: ((exit: RunnerExit) => void)[] = [];
  // `close` comes after the pipes are read to their end, so the last words are whole and no message is overtaken.
  child.once('close', (code, signal) => {
    const bySystem = signal === 'SIGKILL' && !killed && systemMemoryKills() > killsBefore;
    exit = { code, signal, overMemory: state.overMemory || bySystem, lastWords: errors.tail() };
    for (const listener of listeners) listener(exit);
  });
  child.on('error', (error) => log.warn({ pid, err: error }, 'the line to a runner failed'));
  return {
    pid,
    // A send to a process that has just died is answered by its exit.
    send: (message) => void child.send(message, () => undefined),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => (exit ? listener(exit) : void listeners.push(listener)),
    kill(signal) {
      killed = true;
      child.kill(signal);
    },
  };
}
