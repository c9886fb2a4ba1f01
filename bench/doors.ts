import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { contest, type Figure } from './measure.ts';
import { records, type Server, sluice, startBare, startSluice, stop } from './service.ts';

/** Keep-alive as any client has it; `fetch` alone costs as much as a small request. */
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

interface Sent {
  readonly status: number;
  readonly text: string;
  readonly bytes: number;
}

function send(url: string, headers: Record<string, string>, body?: Uint8Array | string): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method: body ? 'POST' : 'GET', headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const all = Buffer.concat(chunks);
        resolve({ status: answer.statusCode ?? 0, text: all.toString('utf8'), bytes: all.length });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function must(sent: Promise<Sent>): Promise<Sent> {
  const answer = await sent;
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text.slice(0, 500)}`);
  return answer;
}

/** Door 1: accepting ten megabytes, small jobs to their end, pages of ten million rows, and the memory of a whole CSV. */
export async function benchDoors(root: string, rows: number): Promise<Figure[]> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const ours = await startSluice(root, home);
  try {
    const words = ['keys', 'create', '--home', home, '--name', 'bench', '--plan', 'unlimited', '--json'];
    const { key } = JSON.parse(sluice(root, words));
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const figures = [
      ...(await benchIngest(ours, headers, home)),
      ...(await benchJobs(root, ours, headers, home)),
    ];
    const dataset = await makeDataset(root, home, ours, headers, rows);
    figures.push(await benchPages(ours, headers, dataset, rows));
    await benchCsv(ours, headers, dataset);
    return figures;
  } finally {
    await stop(ours);
    rmSync(home, { recursive: true, force: true });
  }
}

/** The same bytes over HTTP into a file that is synced: nothing is looked at. */
async function benchIngest(ours: Server, headers: Record<string, string>, home: string): Promise<Figure[]> {
  const body = Buffer.from(tenMegabytes());
  const floor = await floorServer(home);
  try {
    return [
      await contest({
        name: 'Ingest of 10 MB accepted',
        baseline: 'a bare HTTP server that writes the same bytes to a file and syncs it',
        goal: 2,
        rounds: 21,
        warmUp: 5,
        ours: async () => {
          let accepted = '';
          const spent = await took(async () => {
            accepted = (await must(send(`${ours.url}/api/v2/ingest`, headers, body))).text;
          });
          // Its job would be measured with the next round.
          await ended(ours, headers, JSON.parse(accepted).job_id);
          return spent;
        },
        theirs: () => took(() => must(send(floor.url, headers, body))),
      }),
    ];
  } finally {
    floor.close();
  }
}

function floorServer(home: string): Promise<{ url: string; close(): void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'durable-server.ts'), home]);
  return new Promise((resolve) => {
    const close = (): void => void child.kill('SIGTERM');
    child.stdout.once('data', (line) => resolve({ url: String(line).trim(), close }));
  });
}

function tenMegabytes(): string {
  const limit = 10 * 1024 * 1024 - 300;
  const parts: string[] = [];
  let size = 0;
  for (let id = 0; size < limit; id += 1) {
    const part = JSON.stringify({
      id,
      customer: `customer ${id % 1000}`,
      amount: ((id * 7919) % 100_000) / 100,
      quantity: id % 17,
      region: ['north', 'south', 'east'][id % 3],
      active: id % 3 === 0,
      ordered_at: '2024-05-01T10:00:00Z',
      note: null,
    });
    parts.push(part);
    size += part.length + 1;
  }
  return `{"source":"large","data":[${parts.slice(0, -2).join(',')}],"transformations":[]}`;
}

async function benchJobs(
  root: string,
  ours: Server,
  headers: Record<string, string>,
  home: string,
): Promise<Figure[]> {
  const theirs = await startBare(root, join(home, 'bare.db'), true);
  const body = JSON.stringify({
    source: 'small',
    data: records,
    transformations: [
      { type: 'filter', condition: 'amount > 100' },
      {
        type: 'aggregate',
        group_by: ['region'],
        aggregations: [
          { function: 'count', as: 'orders' },
          { function: 'sum', field: 'amount', as: 'amount' },
        ],
      },
    ],
  });
  const job = async (): Promise<void> => {
    const { job_id } = JSON.parse((await must(send(`${ours.url}/api/v2/ingest`, headers, body))).text);
    await ended(ours, headers, job_id);
  };
  const floor = async (): Promise<void> => {
    const json = { 'content-type': 'application/json' };
    await must(send(`${theirs.url}/jobs`, json, JSON.stringify({ records })));
  };
  try {
    const figures: Figure[] = [];
    for (const connections of [1, 10]) {
      figures.push(
        await contest({
          name: `Ingest of 100 records to completed, ${connections} at a time, each`,
          baseline: 'Fastify, two durable writes, the same query in a warm DuckDB child',
          rounds: 9,
          warmUp: 3,
          ours: () => burst(connections, job),
          theirs: () => burst(connections, floor),
        }),
      );
    }
    return figures;
  } finally {
    await stop(theirs);
  }
}

async function ended({ url }: Server, headers: Record<string, string>, id: string): Promise<void> {
  for (;;) {
    const { status } = JSON.parse((await must(send(`${url}/api/v2/jobs/${id}`, headers))).text);
    if (status === 'completed') return;
    if (status === 'failed') throw new Error(`job ${id} failed`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function burst(connections: number, one: () => Promise<void>): Promise<number> {
  const each = 10;
  const spent = await took(() =>
    Promise.all(
      Array.from({ length: connections }, async () => {
        for (let count = 0; count < each; count += 1) await one();
      }),
    ),
  );
  return spent / (connections * each);
}

interface Made {
  readonly id: string;
  readonly path: string;
}

const columns = [
  'i AS id',
  "'customer ' || (i % 1000) AS customer",
  'CAST((i * 7919) % 100000 AS DOUBLE) / 100 AS amount',
  'i % 17 AS quantity',
  "['north', 'south', 'east'][(i % 3) + 1] AS region",
  'i % 3 = 0 AS active',
  "DATE '2024-01-01' + CAST(i % 365 AS INTEGER) AS day",
  "TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND AS ordered_at",
  'i * 1000003 AS code',
  "CASE WHEN i % 5 = 0 THEN NULL ELSE 'note ' || i END AS note",
  'CAST(i % 10000 AS DECIMAL(18,2)) AS price',
].join(', ');

async function makeDataset(
  root: string,
  home: string,
  ours: Server,
  headers: Record<string, string>,
  rows: number,
): Promise<Made> {
  const document = {
    schema: 1,
    name: 'Many',
    parameters: {},
    nodes: [
      { id: 'many', kind: 'sql', config: { sql: `SELECT ${columns} FROM range(${rows}) AS t(i)` } },
      { id: 'save', kind: 'save-dataset', config: { name: 'many', mode: 'replace' } },
    ],
    edges: [{ from: 'many', to: 'save' }],
  };
  const file = join(home, 'many.json');
  writeFileSync(file, JSON.stringify(document));
  const { id } = JSON.parse(sluice(root, ['pipelines', 'apply', file, '--home', home, '--json']));
  const start = `${ours.url}/api/pub/v1/dataflows/${id}/start?await=true`;
  const key = headers.authorization?.replace('Bearer ', '') ?? '';
  const { runId } = JSON.parse(
    (await must(send(start, { 'x-api-key': key, 'content-type': 'application/json' }, '{}'))).text,
  );
  const job = JSON.parse((await must(send(`${ours.url}/api/v2/jobs/${runId}`, headers))).text);
  const versionId = String(job.result_url).split('/').at(-1) ?? '';
  const folder = join(home, 'datasets');
  const found = readdirSync(folder, { recursive: true })
    .map(String)
    .find((name) => name.includes(versionId));
  return { id: versionId, path: join(folder, found ?? '') };
}

/** A thousand rows at a random place, as the text of their JSON: p99 of each round. */
async function benchPages(
  ours: Server,
  headers: Record<string, string>,
  made: Made,
  rows: number,
): Promise<Figure> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run('SET parquet_metadata_cache = true');
  await connection.run('SET threads = 2');
  const page = async (offset: number): Promise<void> => {
    const result = await connection.run(
      `SELECT json_group_array(to_json(t)) FROM (SELECT * FROM read_parquet('${made.path}')
       WHERE file_row_number >= ${offset} AND file_row_number < ${offset + 1000}) t`,
    );
    await result.getRows();
  };
  const offsets = (): number[] =>
    Array.from({ length: 100 }, () => Math.floor(Math.random() * (rows - 1000)));
  const ninetyNinth = async (one: (offset: number) => Promise<unknown>): Promise<number> => {
    const spent: number[] = [];
    for (const offset of offsets()) spent.push(await took(() => one(offset)));
    return spent.sort((left, right) => left - right)[98] ?? 0;
  };
  const figure = await contest({
    name: `Page of 1,000 of ${rows.toLocaleString('en')} rows, p99 over HTTP`,
    baseline: 'the same page by hand-written SQL in a DuckDB of the same process',
    goal: 3,
    rounds: 7,
    warmUp: 2,
    ours: () =>
      ninetyNinth((offset) =>
        must(send(`${ours.url}/api/v2/data/${made.id}?limit=1000&offset=${offset}`, headers)),
      ),
    theirs: () => ninetyNinth(page),
  });
  instance.closeSync();
  return figure;
}

/** Printed, not compared: how much memory the server and its processes have more while all rows stream as CSV. */
async function benchCsv(ours: Server, headers: Record<string, string>, made: Made): Promise<void> {
  const pid = ours.process.pid ?? 0;
  await must(send(`${ours.url}/api/v2/data/${made.id}?limit=10`, headers));
  const before = await settled(pid);
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, memoryOf(pid));
  }, 50);
  const begun = performance.now();
  const bytes = await new Promise<number>((resolve, reject) => {
    const sent = request(`${ours.url}/api/v2/data/${made.id}?format=csv`, { headers }, (answer) => {
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      answer.on('end', () => resolve(size));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
  clearInterval(watch);
  const seconds = (performance.now() - begun) / 1000;
  const megabytes = (value: number): string => `${Math.round(value / 1024 / 1024)} MB`;
  console.log(
    `CSV of all rows: ${megabytes(bytes)} in ${seconds.toFixed(1)} s; memory ${megabytes(before)} -> at most ${megabytes(most)} (goal: 200 MB more)`,
  );
}

async function settled(pid: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return memoryOf(pid);
}

/** Resident bytes of a process and all below it. */
function memoryOf(pid: number): number {
  const table = execFileSync('ps', ['-eo', 'pid,ppid,rss'], { encoding: 'utf8' }).trim().split('\n').slice(1);
  const processes = table.map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([pid]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [child = 0, parent = 0] of processes)
      if (family.has(parent) && !family.has(child)) {
        family.add(child);
        grown = true;
      }
  }
  return processes.reduce(
    (sum, [each = 0, , kilobytes = 0]) => sum + (family.has(each) ? kilobytes * 1024 : 0),
    0,
  );
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
