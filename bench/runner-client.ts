import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FromRunner, RunnerTask, TaskResults } from '../src/main/runner/protocol.ts';

/** A warm runner process, spoken to as main speaks to it. */
export interface BenchRunner {
  run<Task extends RunnerTask>(task: Task): Promise<TaskResults[Task['task']]>;
  scratch(): string;
  stop(): void;
}

export async function startRunner(): Promise<BenchRunner> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const child = fork(new URL('../src/main/runner/main.ts', import.meta.url), {
    serialization: 'advanced',
    cwd: folder,
    env: {},
  });
  await message(child, (said) => said.type === 'ready');
  let count = 0;
  return {
    async run<Task extends RunnerTask>(task: Task) {
      count += 1;
      const id = count;
      const ended = message(child, (said) => said.type === 'end' && said.id === id);
      child.send({ type: 'task', id, task });
      const said = await ended;
      if (said.type !== 'end' || !said.outcome.ok)
        throw new Error(`The task failed: ${JSON.stringify(said)}`);
      return said.outcome.result as TaskResults[Task['task']];
    },
    scratch: () => mkdtempSync(join(folder, 'task-')),
    stop() {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function message(child: ChildProcess, fits: (said: FromRunner) => boolean): Promise<FromRunner> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('The runner ended before it answered.'));
    const onMessage = (heard: FromRunner) => {
      const said = heard.type === 'batch' ? heard.messages.find(fits) : heard;
      if (!said || !fits(said)) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(said);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
