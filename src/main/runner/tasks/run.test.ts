import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, datasetInput, keptOf, type NodeText, outputOf, pipeline } from '../runner-test-kit.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
  const regions = ['eu', 'us', 'asia'];
  const lines = Array.from({ length: 30_000 }, (_none, at) => `${at},${regions[at % 3]},${(at * 7) % 101}`);
  await bench.file('orders.csv', `id,region,amount\n${lines.join('\n')}\n`);
  await bench.file('names.csv', 'region,name\neu,Europe\nus,America\n');
});
afterAll(() => bench.close());

const orders: NodeText = ['orders', 'csv-file', { path: 'orders.csv' }];
const names: NodeText = ['names', 'csv-file', { path: 'names.csv' }];
const big: NodeText = ['big', 'filter', { where: 'amount > 50' }];
const totals: NodeText = [
  'totals',
  'aggregate',
  {
    group_by: ['region'],
    aggregations: [
      { function: 'sum', column: 'amount', as: 'total' },
      { function: 'count', as: 'n' },
    ],
  },
];
const save: NodeText = ['save', 'save-dataset', { name: 'totals', mode: 'replace' }];
const chain = pipeline([orders, big, totals, save], ['orders > big', 'big > totals', 'totals > save']);

const expectedTotals = (bench: Bench) =>
  bench.sql(
    `SELECT region, sum(amount)::BIGINT, count(*) FROM '${bench.folder}/orders.csv' WHERE amount > 50 GROUP BY 1 ORDER BY 1`,
  );

describe('a fast run', () => {
  it('writes what hand-written SQL over the same files gives', async () => {
    const ran = await bench.run(chain);
    const saved = outputOf(ran, 'save');
    expect(await bench.sql(`SELECT * FROM '${saved.path}' ORDER BY region`)).toEqual(
      await expectedTotals(bench),
    );
    expect(saved).toMatchObject({ output: 'dataset', name: 'totals', mode: 'replace', rows: 3 });
    expect(saved.bytes).toBe((await stat(saved.path)).size);
    expect(ran.result).toMatchObject({ rowsRead: 30_000, rowsWritten: 3 });
    expect(ran.end.reusable).toBe(true);
  });

  it('tells the rows of sources and sinks and each status in order, and counts nothing by a second scan', async () => {
    const ran = await bench.run(chain);
    expect(ran.rows).toMatchObject({ orders: 30_000, totals: 3, save: 3 });
    const told = ran.steps.filter(({ nodeId }) => nodeId === 'save').map(({ status }) => status);
    // On a slow machine a running step also tells how far it is.
    expect(told.filter((status, at) => status !== told[at - 1])).toEqual(['running', 'succeeded']);
    // A fused filter has no count of its own, and none is made up.
    expect(ran.rows.big).toBeUndefined();
  });

  it('leaves nothing in scratch but its outputs', async () => {
    const task = await bench.scratch();
    const ran = await bench.run(chain, { scratch: task });
    expect(await readdir(task)).toEqual(ran.outputs.map(({ path }) => path.split('/').at(-1)));
  });

  it('computes a node with several readers once', async () => {
    const shared = pipeline(
      [orders, big, totals, save, ['file', 'write-file', { path: 'big.csv', format: 'csv' }]],
      ['orders > big', 'big > totals', 'totals > save', 'big > file'],
    );
    const ran = await bench.run(shared);
    const [[count] = []] = await bench.sql(
      `SELECT count(*) FROM '${bench.folder}/orders.csv' WHERE amount > 50`,
    );
    expect(ran.rows.big).toBe(Number(count));
    expect(
      ran.steps.filter(
        ({ nodeId, status, percent }) => nodeId === 'orders' && status === 'running' && percent === 0,
      ),
    ).toHaveLength(1);
    expect(ran.rows.file).toBe(Number(count));
  });

  it('leaves out what no sink needs and says so', async () => {
    const loose = pipeline(
      [orders, big, totals, save, names],
      ['orders > big', 'big > totals', 'totals > save'],
    );
    expect((await bench.run(loose)).status.names).toBe('skipped');
  });

  it('binds parameters as values', async () => {
    const document = pipeline(
      [orders, ['some', 'filter', { where: 'region = $which' }], save],
      ['orders > some', 'some > save'],
      { parameters: { which: { type: 'text', default: 'eu' } } },
    );
    const hostile = await bench.run(document, { parameters: { which: "us' OR '1'='1" } });
    expect(outputOf(hostile, 'save').rows).toBe(0);
    expect(outputOf(await bench.run(document), 'save').rows).toBe(10_000);
  });

  it('runs up to a node without the sinks below it', async () => {
    const ran = await bench.run(chain, { upTo: 'big' });
    expect(ran.outputs).toEqual([]);
    expect(ran.status).toMatchObject({
      orders: 'succeeded',
      big: 'succeeded',
      totals: 'skipped',
      save: 'skipped',
    });
  });
});

describe('appending to a dataset', () => {
  const append = (where: string) =>
    pipeline(
      [orders, ['some', 'filter', { where }], ['save', 'save-dataset', { name: 'kept', mode: 'append' }]],
      ['orders > some', 'some > save'],
    );

  it('puts the new rows below the old ones, by column name', async () => {
    const first = outputOf(await bench.run(append('id < 10')), 'save');
    const second = await bench.run(append('id >= 10 AND id < 15'), {
      datasets: { kept: datasetInput(first) },
    });
    const saved = outputOf(second, 'save');
    expect(saved).toMatchObject({ rows: 15, basedOn: 'version-1', mode: 'append' });
    expect(second.rows.save).toBe(5);
    expect((await bench.sql(`SELECT id FROM '${saved.path}'`)).flat().map(Number)).toEqual([
      ...Array(15).keys(),
    ]);
  });

  it('refuses a column whose type changed, naming both types', async () => {
    const path = await bench.parquet('old.parquet', "SELECT 'x' AS id, 'eu' AS region, 1::BIGINT AS amount");
    const old = { datasetId: 'd', versionId: 'v', path, rows: 1 };
    const ran = await bench.run(append('id < 10'), { datasets: { kept: old } });
    expect(ran.end.outcome).toMatchObject({ ok: false, nodeId: 'save', error: { code: 'run_failed' } });
    expect(JSON.stringify(ran.end.outcome)).toMatch(/"id\\?\\" is VARCHAR, the new rows have BIGINT/);
  });
});

describe('a failure', () => {
  it('in an expression lands on its node; what follows is skipped', async () => {
    const document = pipeline(
      [
        orders,
        big,
        ['bad', 'derive', { columns: [{ name: 'x', expression: 'CAST(region AS INTEGER)' }] }],
        totals,
        save,
      ],
      ['orders > big', 'big > bad', 'bad > totals', 'totals > save'],
    );
    const using = pipeline(
      [
        orders,
        big,
        ['bad', 'derive', { columns: [{ name: 'x', expression: 'CAST(region AS INTEGER)' }] }],
        save,
      ],
      ['orders > big', 'big > bad', 'bad > save'],
    );
    // Where nobody reads the column, it is never computed in a fused run; where someone does, the run fails.
    expect((await bench.run(document)).end.outcome.ok).toBe(true);
    for (const mode of ['fast', 'inspect'] as const) {
      const ran = await bench.run(using, { mode });
      expect(ran.end.outcome).toMatchObject({ ok: false, nodeId: 'bad', error: { code: 'run_failed' } });
      expect(ran.status.bad).toBe('failed');
      expect(ran.status.save).toMatch(/skipped|cancelled/);
    }
  });

  it('without a position is found by computing the nodes one after another', async () => {
    const document = pipeline(
      [
        orders,
        ['fine', 'derive', { columns: [{ name: 'y', expression: 'amount + 1' }] }],
        ['root', 'derive', { columns: [{ name: 'x', expression: 'sqrt(50 - amount)' }] }],
        ['after', 'derive', { columns: [{ name: 'z', expression: 'x + y' }] }],
        save,
      ],
      ['orders > fine', 'fine > root', 'root > after', 'after > save'],
    );
    const ran = await bench.run(document);
    expect(ran.end.outcome).toMatchObject({ ok: false, nodeId: 'root' });
    expect(JSON.stringify(ran.end.outcome)).toMatch(/square root/i);
    expect(ran.status).toMatchObject({ root: 'failed' });
    expect(ran.log.filter(({ level }) => level === 'error')).toMatchObject([{ nodeId: 'root' }]);
  });

  it('in a file names the line and the column, on the node that reads it', async () => {
    const good = Array.from({ length: 30_000 }, (_none, at) => `${at},${at}`).join('\n');
    await bench.file('broken.csv', `a,b\n${good}\nx,1\n`);
    const document = pipeline([['read', 'csv-file', { path: 'broken.csv' }], save], ['read > save']);
    const ran = await bench.run(document);
    expect(ran.end.outcome).toMatchObject({ ok: false, nodeId: 'read' });
    expect(JSON.stringify(ran.end.outcome)).toMatch(/Line 30002.*column a/);
  });

  it('leaves no file and a process that can go on', async () => {
    const document = pipeline(
      [orders, ['bad', 'derive', { columns: [{ name: 'x', expression: 'sqrt(-1 - amount)' }] }], save],
      ['orders > bad', 'bad > save'],
    );
    const scratch = await bench.scratch();
    const ran = await bench.run(document, { scratch });
    expect(ran.end).toMatchObject({ outcome: { ok: false }, reusable: true });
    expect(await readdir(scratch)).toEqual([]);
  });

  it('of the document starts nothing and lists the problems', async () => {
    const document = pipeline(
      [orders, ['bad', 'filter', { where: 'nothing > 1' }], save],
      ['orders > bad', 'bad > save'],
    );
    const ran = await bench.run(document);
    expect(ran.end.outcome).toMatchObject({ ok: false, nodeId: 'bad', error: { code: 'invalid_pipeline' } });
    expect(ran.status).toEqual({ orders: 'skipped', bad: 'failed', save: 'skipped' });
  });

  it('of memory is told as such, and the process is not used again', async () => {
    const document = pipeline(
      [
        orders,
        ['wide', 'derive', { columns: [{ name: 'text', expression: 'repeat(id::VARCHAR, 2000)' }] }],
        [
          'all',
          'aggregate',
          { group_by: ['region'], aggregations: [{ function: 'string_agg', column: 'text', as: 'all' }] },
        ],
        save,
      ],
      ['orders > wide', 'wide > all', 'all > save'],
    );
    const limits = { memoryBytes: 60_000_000, threads: 1, spillBytes: 0 };
    const ran = await bench.run(document, { limits });
    expect(ran.end.outcome).toMatchObject({ ok: false, error: { code: 'out_of_memory' } });
    expect(JSON.stringify(ran.end.outcome)).toContain('its limit of 60 MB');
    expect(ran.end.reusable).toBe(false);
  });
});

describe('rows that do not fit', () => {
  it('are skipped where the source says so, counted, and shown in the log', async () => {
    await bench.file(
      'dirty.csv',
      `a,b\n${Array.from({ length: 25_000 }, (_none, at) => `${at},${at}`).join('\n')}\nx,1\n2,3,4\n`,
    );
    const document = pipeline(
      [['read', 'csv-file', { path: 'dirty.csv', bad_rows: 'skip' }], save],
      ['read > save'],
    );
    const ran = await bench.run(document);
    expect(ran.steps.findLast(({ nodeId }) => nodeId === 'read')).toMatchObject({
      rejectedRows: 2,
      rows: 25_000,
    });
    expect(ran.log.find(({ level }) => level === 'warn')).toMatchObject({
      nodeId: 'read',
      fields: { rejectedRows: 2 },
    });
  });
});

describe('an inspect run', () => {
  const sorted: NodeText = ['sorted', 'sort', { by: [{ column: 'total', descending: true }] }];
  const long = (direction: boolean, where = 'amount > 50') =>
    pipeline(
      [
        orders,
        ['big', 'filter', { where }],
        totals,
        ['sorted', 'sort', { by: [{ column: 'total', descending: direction }] }],
      ],
      ['orders > big', 'big > totals', 'totals > sorted'],
    );

  it('keeps what pays, and knows the rows of every node', async () => {
    const ran = await bench.run(chain, { mode: 'inspect' });
    expect(ran.outputs.map(({ nodeId, output }) => `${nodeId} ${output}`)).toEqual([
      'orders kept',
      'totals kept',
      'save dataset',
    ]);
    const [[count] = []] = await bench.sql(
      `SELECT count(*) FROM '${bench.folder}/orders.csv' WHERE amount > 50`,
    );
    expect(ran.rows).toEqual({ orders: 30_000, big: Number(count), totals: 3, save: 3 });
    expect(await bench.sql(`SELECT * FROM '${outputOf(ran, 'save').path}' ORDER BY 1`)).toEqual(
      await expectedTotals(bench),
    );
  });

  it('executes just the step that changed and marks the others as reused from the run that made them', async () => {
    const first = await bench.run(long(false), { mode: 'inspect' });
    const second = await bench.run(long(true), { mode: 'inspect', kept: keptOf(first, 'run-a') });
    expect(second.status).toEqual({ orders: 'reused', big: 'reused', totals: 'reused', sorted: 'succeeded' });
    expect(second.rows).toEqual(first.rows);
    expect(second.steps.find(({ nodeId }) => nodeId === 'totals')?.reusedFromRun).toBe('run-a');
    expect(second.outputs.map(({ nodeId }) => nodeId)).toEqual(['sorted']);
  });

  it('executes nothing when nothing changed', async () => {
    const first = await bench.run(long(false), { mode: 'inspect' });
    const again = await bench.run(long(false), { mode: 'inspect', kept: keptOf(first, 'run-a') });
    expect(new Set(Object.values(again.status))).toEqual(new Set(['reused']));
    expect(again.outputs).toEqual([]);
  });

  it('computes a streaming step again from the nearest kept one above it', async () => {
    const first = await bench.run(long(false), { mode: 'inspect' });
    const second = await bench.run(long(false, 'amount > 90'), {
      mode: 'inspect',
      kept: keptOf(first, 'run-a'),
    });
    expect(second.status).toEqual({
      orders: 'reused',
      big: 'succeeded',
      totals: 'succeeded',
      sorted: 'succeeded',
    });
    const fast = await bench.run(
      pipeline(
        [orders, ['big', 'filter', { where: 'amount > 90' }], totals, sorted, save],
        ['orders > big', 'big > totals', 'totals > sorted', 'sorted > save'],
      ),
    );
    const kept = second.outputs.find(({ nodeId }) => nodeId === 'totals');
    expect(await bench.sql(`SELECT * FROM '${kept?.path}' ORDER BY 1`)).toEqual(
      await bench.sql(`SELECT * FROM '${outputOf(fast, 'save').path}' ORDER BY 1`),
    );
  });

  it('reads a source again once its file has changed', async () => {
    const path = await bench.file('moving.csv', 'a\n1\n2\n');
    const document = pipeline(
      [
        ['read', 'csv-file', { path: 'moving.csv' }],
        ['sorted', 'sort', { by: [{ column: 'a' }] }],
      ],
      ['read > sorted'],
    );
    const first = await bench.run(document, { mode: 'inspect' });
    const { atime, mtime } = await stat(path);
    await writeFile(path, 'a\n3\n4\n');
    // Same size, same times: the file system still knows that it changed.
    await utimes(path, atime, mtime);
    const second = await bench.run(document, { mode: 'inspect', kept: keptOf(first, 'run-a') });
    expect(second.status).toEqual({ read: 'succeeded', sorted: 'succeeded' });
  });

  it('does not trust a kept file that was exchanged for another', async () => {
    const first = await bench.run(long(false), { mode: 'inspect' });
    const kept = keptOf(first, 'run-a');
    const [source, second] = kept;
    const forged = kept.map((each) => ({
      ...each,
      path: source?.path ?? '',
      bytes: source?.bytes ?? 0,
      rows: source?.rows ?? 0,
    }));
    const ran = await bench.run(long(false), { mode: 'inspect', kept: forged });
    expect(ran.status).toMatchObject({ orders: 'reused', totals: 'succeeded', sorted: 'succeeded' });
    await writeFile(second?.path ?? '', (await readFile(second?.path ?? '')).subarray(0, 100));
    const cut = await bench.run(long(false), { mode: 'inspect', kept });
    expect(cut.status.totals).not.toBe('failed');
    expect(cut.end.outcome.ok).toBe(true);
  });

  it('never reuses what is drawn anew each time', async () => {
    const document = pipeline(
      [
        orders,
        ['drawn', 'derive', { columns: [{ name: 'r', expression: 'random()' }] }],
        ['sorted', 'sort', { by: [{ column: 'r' }] }],
      ],
      ['orders > drawn', 'drawn > sorted'],
    );
    const first = await bench.run(document, { mode: 'inspect' });
    const second = await bench.run(document, { mode: 'inspect', kept: keptOf(first, 'run-a') });
    expect(second.status).toEqual({ orders: 'reused', drawn: 'succeeded', sorted: 'succeeded' });
  });

  it('gives back types that Parquet would change', async () => {
    const sql = `SELECT 170141183460469231731687303715884105727::HUGEINT AS h, INTERVAL '1 microsecond' AS i,
      'b'::ENUM('b', 'a') AS e, [1, 2]::INTEGER[2] AS l, TIMESTAMP_S '2024-01-01 00:00:00' AS s FROM input LIMIT 1`;
    const check = `SELECT typeof(h) AS th, h::VARCHAR AS h, typeof(i) AS ti, i::VARCHAR AS i, typeof(e) AS te, e < 'a'::ENUM('b', 'a') AS first, typeof(l) AS tl, typeof(s) AS ts FROM input`;
    const document = pipeline(
      [orders, ['made', 'sql', { sql }], ['seen', 'sql', { sql: check }], save],
      ['orders > made', 'made > seen', 'seen > save'],
    );
    const rows = async (mode: 'fast' | 'inspect') =>
      bench.sql(`SELECT * FROM '${outputOf(await bench.run(document, { mode }), 'save').path}'`);
    expect(await rows('inspect')).toEqual(await rows('fast'));
  });
});

describe('a process that ran SQL which a user wrote whole', () => {
  it('is not used again', async () => {
    const document = pipeline(
      [orders, ['own', 'sql', { sql: 'SELECT count(*) AS n FROM orders' }], save],
      ['orders > own', 'own > save'],
    );
    const ran = await bench.run(document);
    expect(ran.end).toMatchObject({ outcome: { ok: true }, reusable: false });
  });
});
