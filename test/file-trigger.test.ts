import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startTempApp } from './support/temp-app.ts';

test('a file that arrives is read by the run that it starts, whatever its name', async () => {
  const { client, home, stop } = await startTempApp();
  try {
    mkdirSync(join(home, 'files', 'in'));
    const { id: pipelineId } = await client.pipelines.create({
      document: {
        name: 'Arrivals',
        parameters: { file: { type: 'text' } },
        nodes: [
          { id: 'rows', kind: 'csv-file', config: { path: '$file' } },
          { id: 'out', kind: 'save-dataset', config: { name: 'arrived' } },
        ],
        edges: [{ from: 'rows', to: 'out' }],
      },
    });
    const { id } = await client.triggers.create({
      pipelineId,
      name: 'Arrivals',
      parameters: { file: '{path}' },
      config: { kind: 'file', folder: 'in', pattern: '*.csv', stableSeconds: 1 },
    });
    await expect.poll(() => client.triggers.get({ id }).then(({ problem }) => problem)).toBeNull();
    // Until the folder was looked at, what lies there counts as there before.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    writeFileSync(join(home, 'files', 'in', 'orders of today.csv'), 'a,b\n1,2\n3,4\n');
    const runs = () => client.runs.list({ triggerId: id }).then((page) => page.runs);
    await expect.poll(async () => (await runs())[0]?.status, { timeout: 30_000 }).toBe('succeeded');
    const [run] = await runs();
    expect(run).toMatchObject({
      trigger: 'file',
      rowsWritten: 2,
      cause: 'File trigger Arrivals, in/orders of today.csv',
    });
    expect(await runs()).toHaveLength(1);
  } finally {
    await stop();
  }
});
