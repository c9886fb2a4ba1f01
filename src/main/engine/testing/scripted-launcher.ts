import type { RunnerExit, RunnerLauncher, RunnerProcess } from '../../platform/runner-launcher.ts';
import type { FromRunner, RunTask, ToRunner } from '../../runner/protocol.ts';

/** What a scripted runner says of the task that it was given; nothing is heard any more once its process is gone. */
export interface RunnerVoice {
  readonly id: number;
  say(message: FromRunner): void;
  die(signal: NodeJS.Signals): void;
}

export interface RunnerScript {
  work(task: RunTask, voice: RunnerVoice): Promise<void> | void;
  /** Answered with a cancelled end where left out. */
  cancelled?(voice: RunnerVoice): void;
}

/**
 * Runner processes without the process, for what real ones cannot be made to do on demand, or not a thousand times.
 * Each answers in a later turn of the event loop, as a process does.
 */
export function scriptedLauncher(script: RunnerScript): RunnerLauncher {
  let pid = 0;
  return {
    warnings: () => [],
    async launch() {
      pid += 1;
      return scriptedRunner(pid, script);
    },
  };
}

function scriptedRunner(pid: number, script: RunnerScript): RunnerProcess {
  const exits: ((exit: RunnerExit) => void)[] = [];
  let tell: (message: FromRunner) => void = () => {};
  let exit: RunnerExit | undefined;
  const die = (signal: NodeJS.Signals): void => {
    exit ??= { code: null, signal, overMemory: false, lastWords: '' };
    for (const listener of exits.splice(0)) listener(exit);
  };
  const say = (message: FromRunner): void => {
    if (!exit) tell(message);
  };
  return {
    pid,
    send(message: ToRunner) {
      const voice: RunnerVoice = { id: message.id, say, die };
      setImmediate(() => {
        if (message.type === 'cancel') return (script.cancelled ?? sayCancelled)(voice);
        say({ type: 'taken', id: message.id });
        void script.work(message.task as RunTask, voice);
      });
    },
    onMessage: (listener) => {
      tell = listener;
    },
    onExit: (listener) => void (exit ? listener(exit) : exits.push(listener)),
    kill: (signal) => die(signal),
  };
}

export function sayCancelled({ id, say }: RunnerVoice): void {
  const error = { code: 'cancelled', message: 'The run was cancelled.', details: {} } as const;
  say({ type: 'end', id, reusable: true, outcome: { ok: false, error } });
}
