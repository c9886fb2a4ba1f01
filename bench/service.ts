import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contest, type Figure, timed } from './measure.ts';

export interface Server {
  readonly url: string;
  readonly process: ChildProcess;
}

/** From the start of the process to the first answer, with the renderer built and the home there. */
export async function benchStart(root: string): Promise<Figure> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const bare = join(home, 'bare.db');
  try {
    await stop(await startSluice(root, home));
    return await contest({
      name: 'Start to first answer',
      baseline: 'bare Fastify with an open SQLite file',
      rounds: 7,
      ours: () => startAndAsk(() => startSluice(root, home)),
      theirs: () => startAndAsk(() => startBare(root, bare, false)),
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function startAndAsk(start: () => Promise<Server>): Promise<number> {
  const begun = performance.now();
  const server = await start();
  await (await fetch(`${server.url}/healthz`)).text();
  const spent = performance.now() - begun;
  await stop(server);
  return spent;
}

export const records = Array.from({ length: 100 }, (_, index) => ({
  region: ['North', 'South', 'East'][index % 3],
  amount: (index * 37) % 300,
}));

/**
 * A script's submit to its end: 100 posted records filtered, summed and published, against the floor of
 * `bare-server.ts`, which gets the same records. Ours arrive as the text of a parameter and are read by the pipeline.
 */
export async function benchSubmit(root: string): Promise<Figure[]> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const ours = await startSluice(root, home);
  const theirs = await startBare(root, join(home, 'bare.db'), true);
  try {
    const submit = await submitter(root, home, ours.url);
    const floor = () => post(`${theirs.url}/jobs`, {}, { records });
    const figures: Figure[] = [];
    for (const connections of [1, 10]) {
      figures.push(
        await contest({
          name: `Submit to published, ${connections} at a time, each`,
          baseline: 'Fastify, two durable writes, the same query in a warm DuckDB child',
          goal: 2,
          rounds: 9,
          warmUp: 2,
          ours: () => burst(connections, submit),
          theirs: () => burst(connections, floor),
        }),
      );
    }
    return figures;
  } finally {
    await stop(ours);
    await stop(theirs);
    rmSync(home, { recursive: true, force: true });
  }
}

/** Milliseconds a submit, over ten of each connection. */
async function burst(connections: number, submit: () => Promise<void>): Promise<number> {
  const each = 10;
  const spent = await timed(() =>
    Promise.all(
      Array.from({ length: connections }, async () => {
        for (let count = 0; count < each; count += 1) await submit();
      }),
    ),
  );
  return spent / (connections * each);
}

async function submitter(root: string, home: string, url: string): Promise<() => Promise<void>> {
  const file = join(home, 'bench.json');
  writeFileSync(file, JSON.stringify(submitDocument));
  const { id } = JSON.parse(sluice(root, ['pipelines', 'apply', file, '--home', home, '--json']));
  const { key } = JSON.parse(
    sluice(root, ['keys', 'create', '--home', home, '--name', 'bench', '--plan', 'unlimited', '--json']),
  );
  const address = `${url}/api/pub/v1/dataflows/${id}/start?await=true`;
  return () => post(address, { 'x-api-key': key }, { records: JSON.stringify(records) });
}

export const submitDocument = {
  schema: 1,
  name: 'Bench',
  parameters: { records: { type: 'text' } },
  nodes: [
    { id: 'places', kind: 'rows', config: { rows: records.map((_record, at) => ({ place: at + 1 })) } },
    {
      id: 'posted',
      kind: 'derive',
      config: {
        columns: [
          {
            name: 'record',
            expression: `from_json(CAST($records AS VARCHAR), '[{"region": "VARCHAR", "amount": "DOUBLE"}]')[place]`,
          },
        ],
      },
    },
    {
      id: 'orders',
      kind: 'derive',
      config: {
        columns: [
          { name: 'region', expression: 'record.region' },
          { name: 'amount', expression: 'record.amount' },
        ],
      },
    },
    { id: 'large', kind: 'filter', config: { where: 'amount > 100' } },
    {
      id: 'summed',
      kind: 'aggregate',
      config: {
        group_by: ['region'],
        aggregations: [
          { function: 'count', as: 'orders' },
          { function: 'sum', column: 'amount', as: 'amount' },
        ],
      },
    },
    { id: 'saved', kind: 'save-dataset', config: { name: 'bench', mode: 'replace' } },
  ],
  edges: [
    { from: 'places', to: 'posted' },
    { from: 'posted', to: 'orders' },
    { from: 'orders', to: 'large' },
    { from: 'large', to: 'summed' },
    { from: 'summed', to: 'saved' },
  ],
};

export async function post(url: string, headers: Record<string, string>, body?: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: body ? { ...headers, 'content-type': 'application/json' } : headers,
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await response.text();
  if (!response.ok || text.includes('Failed')) throw new Error(`${url} answered ${response.status}: ${text}`);
}

const cli = (root: string) => join(root, 'src', 'main', 'cli', 'main.ts');

export function sluice(root: string, words: string[]): string {
  return execFileSync(process.execPath, [cli(root), ...words], { encoding: 'utf8' });
}

export function startSluice(root: string, home: string, flags: readonly string[] = []): Promise<Server> {
  return started(
    spawn(process.execPath, [...flags, cli(root), 'serve', '--home', home, '--port', '0', '--json']),
  );
}

export function startBare(root: string, path: string, withChild: boolean): Promise<Server> {
  return started(
    spawn(process.execPath, [join(root, 'bench', 'bare-server.ts'), path, ...(withChild ? ['child'] : [])]),
  );
}

/** Resolves with the address that the server prints as its first line. */
function started(process: ChildProcess): Promise<Server> {
  return new Promise((resolve, reject) => {
    let said = '';
    process.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${said}`)));
    process.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    process.stdout?.on('data', (chunk) => {
      said += chunk;
      if (said.includes('\n')) resolve({ url: JSON.parse(said).url, process });
    });
  });
}

export function stop({ process }: Server): Promise<void> {
  return new Promise((resolve) => {
    process.once('exit', () => resolve());
    process.kill('SIGTERM');
  });
}
