import { join } from 'node:path';
import { nodeClock } from '../clock.ts';
import { silentLog } from '../log.ts';
import { nodeRunnerLauncher } from '../node-runner-launcher.ts';

/** A process that only starts a runner on an endless query, writes the runner's id to its output, and waits. */
const [, , folder = ''] = process.argv;
const entry = join(import.meta.dirname, '..', '..', 'runner', 'main.ts');
const runner = await nodeRunnerLauncher({ entry, clock: nodeClock, log: silentLog }).launch({
  cwd: folder,
  memoryBytes: 256 * 1024 * 1024,
});
let told = false;
runner.onMessage((heard) => {
  const messages = heard.type === 'batch' ? heard.messages : [heard];
  // Every step of the query says that it runs; the id is told once, or two of them would arrive as one number.
  const runs = messages.some((message) => message.type === 'step' && message.step.status === 'running');
  if (told || !runs) return;
  told = true;
  process.stdout.write(String(runner.pid));
});
runner.send({
  type: 'task',
  id: 1,
  task: {
    task: 'run',
    runId: 'endless',
    attempt: 1,
    mode: 'fast',
    document: {
      schema: 1,
      name: 'endless',
      parameters: {},
      nodes: [
        {
          id: 'slow',
          kind: 'sql',
          config: { sql: 'select count(*) as n from range(100000000) a, range(100000) b' },
        },
        { id: 'save', kind: 'save-dataset', config: { name: 'n' } },
      ],
      edges: [{ from: 'slow', to: 'save' }],
    },
    parameters: {},
    files: {},
    refusedFiles: {},
    datasets: {},
    scratch: join(folder, 'endless'),
    limits: { memoryBytes: 256 * 1024 * 1024, threads: 2, spillBytes: 1024 ** 3 },
    kept: [],
  },
});
