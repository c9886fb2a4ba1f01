import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './measure.ts';
import { records, type Server, sluice, startSluice, stop, submitDocument } from './service.ts';

const runs = 32;
const pollers = 20;
const pollMilliseconds = 200;
const warmUpSeconds = 15;
const megabyte = 1024 * 1024;

/** What the service must hold under load: figure, what was measured, and the most it may be. */
interface Limit {
  readonly figure: string;
  readonly measured: number;
  readonly most: number;
}

/** Counts of what went on, filled by the workers below. */
interface Tally {
  submitted: number;
  polled: number;
  failed: string[];
  readonly cancels: number[];
  walBytes: number;
}

/**
 * So many runs side by side and so many scripts that ask for their status, for a time. Prints what was measured and
 * sets the exit code when a limit does not hold. The event loop is watched from inside the server (`loop-probe.ts`).
 */
export async function benchLoad(root: string, seconds: number): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-load-'));
  const loopFile = join(home, 'loop.json');
  process.env.SLUICE_LOOP_FILE = loopFile;
  const server = await startSluice(root, home, ['--import', join(import.meta.dirname, 'loop-probe.ts')]);
  const errors = watchErrors(server);
  const tally: Tally = { submitted: 0, polled: 0, failed: [], cancels: [], walBytes: 0 };
  try {
    const client = await prepare(root, home, server);
    // Starting 32 engine processes is not what is measured.
    const begun = performance.now() + warmUpSeconds * 1000;
    const goOn = () => performance.now() < begun + seconds * 1000;
    setTimeout(() => {
      server.process.kill('SIGUSR2');
      Object.assign(tally, { submitted: 0, polled: 0, walBytes: 0 });
      tally.cancels.length = 0;
    }, warmUpSeconds * 1000);
    await Promise.all([
      ...Array.from({ length: runs }, () =>
        worker(tally, goOn, () => client.run().then(() => tally.submitted++)),
      ),
      ...Array.from({ length: pollers }, () =>
        worker(tally, goOn, async () => {
          await client.poll();
          tally.polled += 1;
          await sleep(pollMilliseconds);
        }),
      ),
      worker(tally, goOn, async () => {
        tally.cancels.push(await client.cancelOne());
        await sleep(1000);
      }),
      worker(tally, goOn, async () => {
        tally.walBytes = Math.max(tally.walBytes, sizeOf(join(home, 'sluice.db-wal')));
        await sleep(100);
      }),
    ]);
    await sleep(1200);
    report(tally, errors(), JSON.parse(readFileSync(loopFile, 'utf8')), seconds);
  } finally {
    await stop(server);
    rmSync(home, { recursive: true, force: true });
  }
}

async function worker(tally: Tally, goOn: () => boolean, work: () => Promise<unknown>): Promise<void> {
  while (goOn()) {
    try {
      await work();
    } catch (error) {
      tally.failed.push(String(error));
      await sleep(100);
    }
  }
}

async function prepare(root: string, home: string, { url }: Server) {
  const owner = { 'x-sluice-session': readFileSync(join(home, 'owner.token'), 'utf8').trim() };
  const call = async (path: string, input: unknown): Promise<Record<string, unknown>> => {
    const answer = await json(`${url}/app/rpc/${path}`, owner, { json: input });
    return answer.json as Record<string, unknown>;
  };
  await call('system/saveSettings', { concurrentRuns: runs, runThreads: 1, runMemoryBytes: 256 * megabyte });
  const apply = (name: string, document: object): string => {
    const file = join(home, `${name}.json`);
    writeFileSync(file, JSON.stringify({ ...document, name, concurrency: { limit: 64, whenFull: 'queue' } }));
    return JSON.parse(sluice(root, ['pipelines', 'apply', file, '--home', home, '--json'])).id;
  };
  const short = apply('short', submitDocument);
  const endless = apply('endless', endlessDocument);
  const { key } = JSON.parse(
    sluice(root, ['keys', 'create', '--home', home, '--name', 'load', '--plan', 'unlimited', '--json']),
  );
  const door = `${url}/api/pub/v1/dataflows`;
  const withKey = { 'x-api-key': key };
  const start = (id: string, body: object, query = '') =>
    json(`${door}/${id}/start${query}`, withKey, body) as Promise<{ runId: string; status: string }>;
  const status = (id: string, runId: string) =>
    json(`${door}/${id}/runs/${runId}/status`, withKey) as Promise<{ status: string }>;
  let last = '';
  return {
    async run() {
      const run = await start(short, { records: JSON.stringify(records) }, '?await=true');
      last = run.runId;
      if (!/^succeeded$/i.test(run.status)) throw new Error(`a run ended as ${run.status}`);
    },
    poll: () => (last ? status(short, last) : sleep(50)),
    /** Milliseconds until a wish to cancel a running run was answered. */
    async cancelOne(): Promise<number> {
      const { runId: id } = await start(endless, {});
      const given = performance.now();
      while (performance.now() - given < 30_000 && (await call('runs/get', { id })).status === 'queued')
        await sleep(20);
      const asked = performance.now();
      await call('runs/cancel', { id });
      return performance.now() - asked;
    },
  };
}

const endlessDocument = {
  schema: 1,
  nodes: [
    {
      id: 'slow',
      kind: 'sql',
      config: { sql: 'select count(*) as n from range(100000000) a, range(100000) b' },
    },
    { id: 'saved', kind: 'save-dataset', config: { name: 'endless', mode: 'replace' } },
  ],
  edges: [{ from: 'slow', to: 'saved' }],
};

async function json(url: string, headers: Record<string, string>, body?: object) {
  const response = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: body ? { ...headers, 'content-type': 'application/json' } : headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as Record<string, unknown>;
}

/** How often the server has complained of a locked store. */
function watchErrors({ process: server }: Server): () => number {
  let count = 0;
  const look = (chunk: unknown) => {
    count += String(chunk).match(/database is locked|SQLITE_BUSY/g)?.length ?? 0;
  };
  server.stdout?.on('data', look);
  server.stderr?.on('data', look);
  return () => count;
}

function report(
  tally: Tally,
  locked: number,
  loop: { workP99: number; p50: number; p99: number; max: number; rss: number },
  seconds: number,
): void {
  const lockedAnswers = tally.failed.filter((text) => /locked/i.test(text)).length;
  const limits: Limit[] = [
    { figure: 'event loop p99, ms', measured: loop.p99, most: 50 },
    { figure: 'cancel answered, slowest, ms', measured: Math.max(0, ...tally.cancels), most: 500 },
    { figure: 'WAL, MB', measured: tally.walBytes / megabyte, most: 64 },
    { figure: '"database is locked"', measured: locked + lockedAnswers, most: 0 },
  ];
  console.table(
    limits.map(({ figure, measured, most }) => ({ figure, measured: Number(measured.toFixed(1)), most })),
  );
  const others = {
    'runs finished': tally.submitted,
    'runs a second': Number((tally.submitted / seconds).toFixed(1)),
    'status answers': tally.polled,
    'cancels, median ms': Number(median(tally.cancels).toFixed(1)),
    'event loop max, ms': Number(loop.max.toFixed(1)),
    'computing between two ticks, p99 ms': Number(loop.workP99.toFixed(1)),
    'memory of main, MB': Math.round(loop.rss / megabyte),
    'failed requests': tally.failed.length,
  };
  console.table(others);
  for (const text of new Set(tally.failed.slice(0, 5))) console.error(text);
  if (limits.some(({ measured, most }) => measured > most)) process.exitCode = 1;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
