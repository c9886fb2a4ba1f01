import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import { type EngineKit, engineKit, pipeline, until } from './testing/engine-kit.ts';

let kit: EngineKit;
beforeAll(async () => {
  kit = await engineKit();
  await kit.file('orders.csv', 'id;region;amount\n1;north;10\n2;south;20\n3;north;30\n');
});
afterAll(() => kit.close());

const orders = { kind: 'csv-file', config: { path: 'orders.csv' } };
const document = pipeline({ orders, big: { kind: 'filter', config: { where: 'amount > 15' } } }, [
  'orders > big',
]);
const draft = (of: PipelineDocument = document) => ({
  document: of,
  parameters: {},
  environment: 'live' as const,
});
const endless = pipeline({
  slow: { kind: 'sql', config: { sql: 'select count(*) as n from range(100000000) a, range(100000) b' } },
});

test('check gives the columns of every node', async () => {
  const { nodes, problems } = await kit.engine.check(draft());
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(nodes.find(({ nodeId }) => nodeId === 'big')?.ports.out?.map(({ name }) => name)).toEqual([
    'id',
    'region',
    'amount',
  ]);
});

test('an unchanged draft is answered from memory, one over a changed file is not', async () => {
  await kit.file('cached.csv', 'a\n1\n');
  const cached = draft(pipeline({ rows: { kind: 'csv-file', config: { path: 'cached.csv' } } }));
  const first = await kit.engine.check(cached);
  const moved = {
    ...cached,
    document: {
      ...cached.document,
      nodes: cached.document.nodes.map((node) => ({ ...node, at: [9, 9] as [number, number] })),
    },
  };
  expect(await kit.engine.check(moved)).toBe(first);
  await kit.file('cached.csv', 'a,b\n1,2\n');
  const second = await kit.engine.check(cached);
  expect(second.nodes[0]?.ports.out?.map(({ name }) => name)).toEqual(['a', 'b']);
});

test('a draft that names a refused file has a problem with the sentence, on the node', async () => {
  const { problems } = await kit.engine.check(
    draft(pipeline({ secret: { kind: 'csv-file', config: { path: '/etc/passwd' } } })),
  );
  expect(problems).toContainEqual(
    expect.objectContaining({ nodeId: 'secret', message: expect.stringContaining('/etc/passwd') }),
  );
});

test('preview gives rows at a node, and a sink writes nothing', async () => {
  const withSink = pipeline({ orders, out: { kind: 'write-file', config: { path: 'never.csv' } } }, [
    'orders > out',
  ]);
  const { rows } = await kit.engine.preview({ ...draft(withSink), nodeId: 'out', limit: 2, stats: true });
  expect(rows).toHaveLength(2);
  await expect(readFile(join(kit.folders.files, 'never.csv'))).rejects.toThrow('ENOENT');
});

test('a newer preview of the same editor cancels the older one; another editor is left alone', async () => {
  const ask = (session: string, of: PipelineDocument, nodeId: string) =>
    kit.engine.preview({ ...draft(of), nodeId, limit: 5, stats: false, session });
  const older = ask('a', endless, 'slow').catch((error) => error.code);
  const stop = new AbortController();
  const other = kit.engine
    .preview({ ...draft(endless), nodeId: 'slow', limit: 5, stats: false, session: 'b' }, stop.signal)
    .catch((error) => error.code);
  const newer = await ask('a', document, 'big');
  expect(newer.rows).toHaveLength(2);
  expect(await older).toBe('cancelled');
  stop.abort();
  expect(await other).toBe('cancelled');
});

test('previews do not wait for runs that take every slot', async () => {
  const heavy = pipeline({ ...endlessNodes(), save: { kind: 'save-dataset', config: { name: 'n' } } }, [
    'slow > save',
  ]);
  const ids = [kit.services.submit(heavy), kit.services.submit(heavy)];
  await until(() => kit.engine.load().running === 2);
  const { rows } = await kit.engine.preview({ ...draft(), nodeId: 'big', limit: 5, stats: false });
  expect(rows).toHaveLength(2);
  for (const id of ids) kit.engine.cancel(id);
  await Promise.all(ids.map((id) => kit.engine.waitForEnd(id)));
});

test('more calls than places are all answered', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      kit.engine.preview({ ...draft(), nodeId: 'big', limit: 1, stats: false }),
    ),
  );
  expect(answers.map(({ rows }) => rows.length)).toEqual(Array.from({ length: 8 }, () => 1));
});

test('explain shows the plan and the statement of each node', async () => {
  const { nodes } = await kit.engine.explain(draft());
  expect(nodes.find(({ nodeId }) => nodeId === 'big')?.sql).toContain('amount > 15');
});

test('sniff reads a file as its kind would, with the options that are sound so far', async () => {
  const ask = (config: Record<string, unknown>) =>
    kit.engine.sniff({ path: 'orders.csv', kind: 'csv-file', config });
  expect((await ask({})).columns.map(({ name }) => name)).toEqual(['id', 'region', 'amount']);
  const unsound = await ask({ delimiter: ',', bad_rows: 'whatever' });
  expect(unsound.columns).toHaveLength(1);
  await expect(kit.engine.sniff({ path: '/etc/passwd', kind: 'csv-file', config: {} })).rejects.toMatchObject(
    { code: 'file_not_allowed' },
  );
  await expect(kit.engine.sniff({ path: 'orders.csv', kind: 'filter', config: {} })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

test('a dataset version is paged, summarised and exported', async () => {
  const saving = pipeline({ orders, save: { kind: 'save-dataset', config: { name: 'paged' } } }, [
    'orders > save',
  ]);
  expect((await kit.run(saving)).error).toBeNull();
  const { path } = kit.services.current.get('paged') ?? { path: '' };
  const page = await kit.engine.page(path, {
    offset: 1,
    limit: 1,
    orderBy: [{ column: 'id', descending: true }],
    filter: 'amount < 30',
  });
  expect(page).toMatchObject({ total: 2 });
  expect(page.rows.map((row) => String(row[0]))).toEqual(['1']);
  expect(await kit.engine.summary(path)).toMatchObject({ rows: 3 });
  const target = join(kit.folders.files, 'exports', 'paged.csv');
  const made = await kit.engine.exportFile(path, { format: 'csv', spreadsheetSafe: false, target });
  expect(made).toMatchObject({ path: target, rows: 3 });
  expect((await readFile(target, 'utf8')).split('\n')[1]).toBe('1,north,10');
});

test('an answer that nobody waits for any more comes at once', async () => {
  const stop = new AbortController();
  const asked = kit.engine.preview(
    { ...draft(endless), nodeId: 'slow', limit: 5, stats: false },
    stop.signal,
  );
  stop.abort();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
});

function endlessNodes() {
  return {
    slow: { kind: 'sql', config: { sql: 'select count(*) as n from range(100000000) a, range(100000) b' } },
  };
}
