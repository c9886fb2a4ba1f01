import { homeEngine } from './home-engine.ts';

/**
 * A process with an engine over the home folder of its first argument. It submits the pipeline of the second
 * argument again and again, writes the id of each accepted run to its output, and is meant to be killed.
 */
const [, , home = '', pipelineId = '', count = '0'] = process.argv;
const { services } = await homeEngine(home);
for (let at = 0; at < Number(count); at += 1) {
  const { id } = services.runs.submit({
    pipelineId,
    parameters: {},
    mode: 'fast',
    environment: 'live',
    trigger: 'cli',
    cause: 'test',
  });
  process.stdout.write(`${id}\n`);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
setInterval(() => undefined, 1000);
