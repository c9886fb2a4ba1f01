import type { Readable } from 'node:stream';
import type { UtilityProcess, utilityProcess } from 'electron';
import { captureOutput } from '../platform/captured-output.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { confinementWarnings } from '../platform/node-runner-launcher.ts';
import { type Guard, guardProcess, hasKernelLimit } from '../platform/process-guard.ts';
import type {
  LaunchOptions,
  RunnerExit,
  RunnerLauncher,
  RunnerProcess,
} from '../platform/runner-launcher.ts';
import type { FromRunner } from '../runner/protocol.ts';

const readyMilliseconds = 30_000;

export interface UtilityLauncherOptions {
  readonly utilityProcess: Pick<typeof utilityProcess, 'fork'>;
  /** Absolute path of the built runner. */
  readonly entry: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Kills a process at once: a utility process can only be asked to end. */
  readonly killNow: (pid: number) => void;
}

/** Runners as Electron utility processes: `fork` is closed in the packaged app, whose `runAsNode` fuse is off. */
export function utilityRunnerLauncher(options: UtilityLauncherOptions): RunnerLauncher {
  let guardKind: Guard['kind'] = hasKernelLimit ? 'limit' : 'watch';
  return {
    async launch(launch) {
      const child = forkUtility(options, launch);
      const pid = await untilReady(child, options.clock);
      const state = { overMemory: false };
      const runner = wrap(child, pid, options, state);
      const guard = await guardProcess({
        pid,
        memoryBytes: launch.memoryBytes,
        clock: options.clock,
        onOverMemory() {
          state.overMemory = true;
          options.killNow(pid);
        },
      });
      guardKind = guard.kind;
      runner.onExit(() => guard.stop());
      return runner;
    },
    warnings: () => confinementWarnings(guardKind, false),
  };
}

function forkUtility(
  { utilityProcess, entry }: UtilityLauncherOptions,
  { cwd }: LaunchOptions,
): UtilityProcess {
  return utilityProcess.fork(entry, [], {
    cwd,
    // Nothing of our environment: it may hold the user's secrets. Times are UTC everywhere.
    env: { TZ: 'UTC' },
    execArgv: ['--max-old-space-size=1024'],
    serviceName: 'Sluice runner',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function untilReady(child: UtilityProcess, clock: Clock): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      child.kill();
      reject(new Error(`the runner did not start: ${reason}`));
    };
    const timer = clock.after(readyMilliseconds, () => fail('no answer'));
    child.once('exit', (code) => {
      timer.cancel();
      fail(`it ended with ${code}`);
    });
    child.on('message', (message: FromRunner) => {
      if (message.type !== 'ready') return;
      timer.cancel();
      resolve(message.pid);
    });
  });
}

function wrap(
  child: UtilityProcess,
  pid: number,
  { log, killNow }: UtilityLauncherOptions,
  state: { readonly overMemory: boolean },
): RunnerProcess {
  // Electron types its streams by the narrowest interface; they are Node's.
  captureOutput(child.stdout as Readable | null, log, { pid, stream: 'stdout' });
  const errors = captureOutput(child.stderr as Readable | null, log, { pid, stream: 'stderr' });
  let exit: RunnerExit | undefined;
  const listeners: ((exit: RunnerExit) => void)[] = [];
  child.once('exit', (code) => {
    exit = { code, signal: null, overMemory: state.overMemory, lastWords: errors.tail() };
    for (const listener of listeners) listener(exit);
  });
  return {
    pid,
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => (exit ? listener(exit) : void listeners.push(listener)),
    kill(signal) {
      if (exit) return;
      if (signal === 'SIGKILL') killNow(pid);
      else child.kill();
    },
  };
}
