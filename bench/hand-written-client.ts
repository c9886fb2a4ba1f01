import { type ChildProcess, fork } from 'node:child_process';
import type { RunnerLimits } from '../src/main/runner/protocol.ts';

export interface HandWritten {
  run(sql: string, options?: { rows?: boolean; sync?: string }): Promise<unknown>;
  stop(): void;
}

/** Starts the baseline process of `hand-written.ts`. */
export async function startHandWritten({ memoryBytes, threads }: RunnerLimits): Promise<HandWritten> {
  const child = fork(new URL('./hand-written.ts', import.meta.url), [String(memoryBytes), String(threads)], {
    serialization: 'advanced',
  });
  await answer(child, 0);
  let count = 0;
  return {
    async run(sql, { rows = false, sync } = {}) {
      count += 1;
      const told = answer(child, count);
      child.send({ id: count, sql, rows, sync });
      return told;
    },
    stop: () => child.kill('SIGKILL'),
  };
}

function answer(child: ChildProcess, id: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('The baseline process ended before it answered.'));
    const onMessage = (said: { id: number; rows?: unknown }) => {
      if (said.id !== id) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(said.rows);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
