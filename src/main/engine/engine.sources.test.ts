import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SourceConnection } from '../../shared/sources/connection.ts';
import type { RunnerProcess } from '../platform/runner-launcher.ts';
import { type EngineKit, engineKit, pipeline } from './testing/engine-kit.ts';

let kit: EngineKit;
let file: string;
let count = 0;

beforeAll(async () => {
  kit = await engineKit();
});
beforeEach(() => {
  count += 1;
  file = join(kit.root, `shop-${count}.db`);
  const database = new DatabaseSync(file);
  database.exec(`CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL, note TEXT);
    INSERT INTO orders VALUES (1, 10.5, 'a'), (2, 20.5, ''), (3, NULL, NULL); CREATE TABLE report (id INTEGER CHECK (id < 100));
    INSERT INTO report VALUES (7)`);
  database.close();
  add('shop', { config: { type: 'sqlite', path: 'shop.db' }, root: file });
});
afterAll(() => kit.close());

function add(name: string, connection: Pick<SourceConnection, 'config'> & Partial<SourceConnection>): void {
  kit.services.connections.set(name, { name, secrets: {}, version: String(count), ...connection });
}

const ask = (sql: string) => {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
};

const read = { kind: 'source-table', config: { source: 'shop', table: 'orders' } };
const write = (mode = 'replace') => ({
  kind: 'write-table',
  config: { source: 'shop', table: 'report', mode },
});
const ids = { kind: 'select', config: { columns: [{ column: 'id' }] } };
const draft = (document: ReturnType<typeof pipeline>) => ({
  document,
  parameters: {},
  environment: 'live' as const,
});

test.each(['fast', 'inspect'] as const)(
  'a %s run reads a table, writes one, and tells both steps',
  async (mode) => {
    const document = pipeline({ read, ids, write: write() }, ['read > ids', 'ids > write']);
    const run = await kit.run(document, { mode });
    expect(run.error).toBeNull();
    expect(run).toMatchObject({ status: 'succeeded', rowsRead: 3, rowsWritten: 3 });
    expect(ask('SELECT id FROM report ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(kit.services.step(run.id, 'read')).toMatchObject({ status: 'succeeded', rows: 3 });
    expect(kit.services.step(run.id, 'write')).toMatchObject({ status: 'succeeded', rows: 3 });
    const lines = kit.services.row(run.id).logs.map(({ message }) => message);
    expect(lines).toContainEqual(expect.stringMatching(/^Read 3 rows .* from "orders" of "shop"/));
    expect(lines).toContainEqual(expect.stringMatching(/^Wrote 3 rows to "report" of "shop"/));
  },
);

test('two steps write to one source in one transaction, also to a table that is made', async () => {
  const make = { kind: 'write-table', config: { source: 'shop', table: 'made', mode: 'append' } };
  const document = pipeline({ read, ids, write: write(), make, more: make }, [
    'read > ids',
    'ids > write',
    'ids > make',
    'ids > more',
  ]);
  expect(await kit.run(document)).toMatchObject({ status: 'succeeded', rowsWritten: 9 });
  expect(ask('SELECT count(*) AS rows FROM made')).toEqual([{ rows: 6 }]);
  const wide = { kind: 'rows', config: { rows: [{ id: 800 }] } };
  const failing = pipeline({ wide, make, write: write() }, ['wide > make', 'wide > write']);
  const run = await kit.run(failing);
  expect(run).toMatchObject({ status: 'failed', error: { code: 'source_refused' } });
  expect(kit.services.step(run.id, 'write')).toMatchObject({ status: 'failed' });
  expect(kit.services.step(run.id, 'make')).toMatchObject({ status: 'cancelled' });
  expect(ask('SELECT count(*) AS rows FROM made')).toEqual([{ rows: 6 }]);
});

test('a second inspect run reads the table again: nothing stands for its version', async () => {
  const document = pipeline({ read, ids, save: { kind: 'save-dataset', config: { name: 'kept' } } }, [
    'read > ids',
    'ids > save',
  ]);
  await kit.run(document, { mode: 'inspect' });
  const database = new DatabaseSync(file);
  database.exec('DELETE FROM orders WHERE id = 1');
  database.close();
  const again = await kit.run(document, { mode: 'inspect' });
  expect(again).toMatchObject({ status: 'succeeded', rowsRead: 2 });
});

test('rows that the table refuses fail the run at their step, and nothing is published or changed', async () => {
  const wide = { kind: 'rows', config: { rows: [{ id: 8 }, { id: 800 }] } };
  const save = { kind: 'save-dataset', config: { name: 'beside' } };
  const document = pipeline({ wide, write: write(), save }, ['wide > write', 'wide > save']);
  const run = await kit.run(document);
  expect(run).toMatchObject({ status: 'failed', error: { code: 'source_refused' } });
  expect(kit.services.step(run.id, 'write')).toMatchObject({ status: 'failed' });
  expect(ask('SELECT id FROM report')).toEqual([{ id: 7 }]);
  expect(kit.services.datasets.resolve(['beside'], 'live')).toEqual({});
});

test('a failure before the end writes nothing: sources get theirs last', async () => {
  const bad = { kind: 'derive', config: { columns: [{ name: 'n', expression: "CAST('x' AS INTEGER)" }] } };
  const save = { kind: 'save-dataset', config: { name: 'beside' } };
  const document = pipeline({ read, ids, write: write(), bad, save }, [
    'read > ids',
    'ids > write',
    'read > bad',
    'bad > save',
  ]);
  expect(await kit.run(document)).toMatchObject({ status: 'failed' });
  expect(ask('SELECT id FROM report')).toEqual([{ id: 7 }]);
});

test.each([
  [
    'source_missing',
    { kind: 'source-table', config: { source: 'nowhere', table: 'a' } },
    /no source named "nowhere"/,
  ],
  ['source_refused', { kind: 'source-file', config: { source: 'shop', path: 'a.csv' } }, /is a database/],
  [
    'source_refused',
    { kind: 'source-table', config: { source: 'shop', table: 'none' } },
    /no table "none".*orders/,
  ],
])('%s is told at the step, by a run and by a draft', async (code, source, words) => {
  const document = pipeline({ source, save: { kind: 'save-dataset', config: { name: 'x' } } }, [
    'source > save',
  ]);
  const run = await kit.run(document);
  expect(run.error).toMatchObject({ code, message: expect.stringMatching(words) });
  expect(kit.services.step(run.id, 'source')).toMatchObject({ status: 'failed' });
  const { problems } = await kit.engine.check(draft(document));
  expect(problems.find(({ nodeId }) => nodeId === 'source')).toMatchObject({
    code,
    severity: 'error',
    message: expect.stringMatching(words),
  });
});

test('a draft knows the columns, shows the first rows, and explains without connecting anew', async () => {
  const document = pipeline({ read, ids, write: write() }, ['read > ids', 'ids > write']);
  const { nodes, problems } = await kit.engine.check(draft(document));
  expect(problems).toEqual([]);
  expect(nodes.find(({ nodeId }) => nodeId === 'read')?.ports.out).toEqual([
    { name: 'id', type: 'BIGINT' },
    { name: 'total', type: 'DOUBLE' },
    { name: 'note', type: 'VARCHAR' },
  ]);
  const shown = await kit.engine.preview({
    ...draft(document),
    nodeId: 'read',
    limit: 2,
    scanLimit: 2,
    stats: false,
  });
  expect(shown).toMatchObject({
    rows: [
      [1, 10.5, 'a'],
      [2, 20.5, ''],
    ],
    more: false,
    partial: true,
    problems: [],
  });
  add('shop', { config: { type: 'sqlite', path: 'gone.db' }, root: join(kit.root, 'gone.db') });
  const explained = await kit.engine.explain(draft(document));
  expect(explained.nodes.map(({ nodeId }) => nodeId)).toEqual(['read', 'ids', 'write']);
  expect(ask('SELECT id FROM report')).toEqual([{ id: 7 }]);
});

test('a step tries again by its own policy while its source cannot be reached', async () => {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    response.writeHead(calls < 3 ? 503 : 200).end('id\n1\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  add('web', { config: { type: 'http', url: `http://127.0.0.1:${port}/`, headerNames: [] } });
  const document = pipeline(
    {
      web: { kind: 'source-file', config: { source: 'web' } },
      save: { kind: 'save-dataset', config: { name: 'web' } },
    },
    ['web > save'],
  );
  const retry = { attempts: 3, backoff: 'fixed' as const, delay: '10ms', jitter: false };
  const patient = {
    ...document,
    nodes: document.nodes.map((node) => (node.id === 'web' ? { ...node, retry } : node)),
  };
  expect(await kit.run(patient)).toMatchObject({ status: 'succeeded', rowsRead: 1 });
  calls = 0;
  expect(await kit.run(document)).toMatchObject({ status: 'failed', error: { code: 'source_unreachable' } });
  server.close();
});

test('what runs a document has neither secrets nor a network; what connects is given no document', async () => {
  const sent: { tasks: { readonly task: string }[]; text: string }[] = [];
  for (const process of kit.launcher.processes) listen(process, sent);
  const { launch } = kit.launcher;
  kit.launcher.launch = async (options) => {
    const process = await launch(options);
    listen(process, sent);
    return process;
  };
  const secret = 'do-not-tell-4711';
  const server = createServer((request, response) => {
    response.writeHead(request.headers['x-token'] === secret ? 200 : 403).end('id\n1\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const config = { type: 'http' as const, url: `http://127.0.0.1:${port}/`, headerNames: ['X-Token'] };
  add('web', { config, secrets: { 'header:X-Token': secret } });
  const document = pipeline(
    {
      web: { kind: 'source-file', config: { source: 'web' } },
      save: { kind: 'save-dataset', config: { name: 'w' } },
    },
    ['web > save'],
  );
  const run = await kit.run(document, { mode: 'inspect' });
  await kit.engine.preview({ ...draft(document), nodeId: 'web', limit: 5, stats: false });
  server.close();
  expect(run).toMatchObject({ status: 'succeeded' });
  const kinds = sent.map(
    ({ tasks }) => new Set(tasks.map(({ task }) => (task === 'fetch' ? 'fetch' : 'document'))),
  );
  expect(kinds.every((each) => each.size <= 1)).toBe(true);
  const told = sent.filter(({ text }) => text.includes(secret));
  expect(told.length).toBeGreaterThan(0);
  expect(told.flatMap(({ tasks }) => tasks.map(({ task }) => task))).toEqual(
    told.flatMap(({ tasks }) => tasks.map(() => 'fetch')),
  );
  const words = JSON.stringify([
    kit.services.row(run.id).logs,
    [...kit.services.row(run.id).steps.values()],
    run,
  ]);
  expect(words).not.toContain(secret);
});

function listen(process: RunnerProcess, sent: { tasks: { readonly task: string }[]; text: string }[]): void {
  const heard = { tasks: [] as { readonly task: string }[], text: '' };
  sent.push(heard);
  const send = process.send.bind(process);
  process.send = (message) => {
    if (message.type === 'task') heard.tasks.push(message.task);
    heard.text += JSON.stringify(message);
    send(message);
  };
}

test('a file for a folder source is published with the run, and read from where it lies', async () => {
  add('box', { config: { type: 'folder', path: '' }, root: kit.folders.files });
  const out = { kind: 'write-source-file', config: { source: 'box', path: 'out.csv', format: 'csv' } };
  expect(await kit.run(pipeline({ read, out }, ['read > out']))).toMatchObject({ status: 'succeeded' });
  const back = { kind: 'source-file', config: { source: 'box', path: 'out.csv' } };
  const save = { kind: 'save-dataset', config: { name: 'box' } };
  expect(await kit.run(pipeline({ back, save }, ['back > save']))).toMatchObject({
    status: 'succeeded',
    rowsRead: 3,
  });
});

test('a cancel while a source is silent ends the run', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  add('web', { config: { type: 'http', url: `http://127.0.0.1:${port}/`, headerNames: [] } });
  const document = pipeline(
    {
      web: { kind: 'source-file', config: { source: 'web' } },
      save: { kind: 'save-dataset', config: { name: 'w' } },
    },
    ['web > save'],
  );
  const id = kit.services.submit(document);
  while (kit.services.step(id, 'web')?.status !== 'running')
    await new Promise((resolve) => setTimeout(resolve, 20));
  kit.engine.cancel(id);
  expect(await kit.engine.waitForEnd(id)).toMatchObject({ status: 'cancelled' });
  server.closeAllConnections();
  server.close();
});

test('a test of a source says what failed, and our own port is none', async () => {
  expect(await kit.engine.testSource({ id: 'shop' })).toMatchObject({
    ok: true,
    server: expect.stringMatching(/^SQLite/),
  });
  await writeFile(join(kit.root, 'no.db'), 'not a database at all, but text');
  add('no', { config: { type: 'sqlite', path: 'no.db' }, root: join(kit.root, 'no.db') });
  expect(await kit.engine.testSource({ id: 'no' })).toMatchObject({ ok: false, failed: 'path' });
  expect(await kit.engine.sourceMetadata({ id: 'shop', table: 'orders' })).toMatchObject({
    tables: [
      {
        name: 'orders',
        rows: 3,
        rowsExact: true,
        columns: [{ name: 'id', type: 'INTEGER', nullable: true }, {}, {}],
      },
    ],
  });
});

test('a test or a look whose process is ended under it by what it is answered says so', async () => {
  let meet = (): void => undefined;
  const server = createServer(() => meet());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  add('web', { config: { type: 'http', url: `http://127.0.0.1:${port}/`, headerNames: [] } });
  const { launch } = kit.launcher;
  const launched: RunnerProcess[] = [...kit.launcher.processes];
  kit.launcher.launch = async (options) => {
    const process = await launch(options);
    launched.push(process);
    return process;
  };
  const met = (): Promise<void> =>
    new Promise((resolve) => {
      meet = resolve;
    });
  const words = /its answer was not understood/i;
  let reached = met();
  const tested = kit.engine.testSource({ id: 'web' });
  await reached;
  for (const process of launched) process.kill('SIGKILL');
  expect(await tested).toMatchObject({
    ok: false,
    failed: 'answer',
    message: expect.stringMatching(words),
  });
  reached = met();
  const looked = kit.engine.sourceMetadata({ id: 'web' });
  const rejected = expect(looked).rejects.toMatchObject({
    code: 'source_unreachable',
    message: expect.stringMatching(words),
  });
  await reached;
  for (const process of launched) process.kill('SIGKILL');
  await rejected;
  expect(await kit.engine.testSource({ id: 'shop' })).toMatchObject({ ok: true });
  server.closeAllConnections();
  server.close();
});
