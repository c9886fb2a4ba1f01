import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PipelineDocument } from '../../../shared/pipeline/document.ts';
import type { RunResult, RunTask, StepReport } from '../protocol.ts';
import { type Reporter, runTask, type TaskEnd } from '../run-task.ts';
import { Bench, pipeline, silent } from '../runner-test-kit.ts';
import { planKey } from './warm-plan.ts';
import { WarmSessions } from './warm-sessions.ts';

let bench: Bench;
let sessions: WarmSessions;
let folder: string;
let round = 0;
beforeAll(async () => {
  bench = await Bench.open();
});
beforeEach(async () => {
  round += 1;
  folder = join(bench.folder, `runner-${round}`);
  await mkdir(folder);
  sessions = new WarmSessions(folder);
});
afterEach(() => sessions.closeAll());
afterAll(() => bench.close());

const summing = pipeline(
  [
    ['posted', 'rows', { rows: [{ place: 1 }, { place: 2 }, { place: 3 }] }],
    ['read', 'derive', { columns: [{ name: 'n', expression: `from_json($list, '["BIGINT"]')[place]` }] }],
    ['big', 'filter', { where: 'n >= $least' }],
    ['save', 'save-dataset', { name: 'd', mode: 'replace' }],
  ],
  ['posted > read', 'read > big', 'big > save'],
  { parameters: { list: { type: 'text' }, least: { type: 'integer', default: 0 } } },
);

/** One run as the process's server does it: answered, then what is due is opened. */
async function serve(
  document: PipelineDocument,
  rest: Partial<RunTask> = {},
  reporter: Reporter = silent,
  signal?: AbortSignal,
): Promise<TaskEnd> {
  const task = { ...(await bench.runTask(document, { files: {}, ...rest })) };
  const end = await runTask(task, reporter, signal, sessions);
  if (end.reusable) sessions.prepare();
  return end;
}

async function rowsOf(end: TaskEnd): Promise<unknown[][]> {
  if (!end.outcome.ok) throw new Error(JSON.stringify(end.outcome));
  const [output] = (end.outcome.result as RunResult).outputs;
  return bench.sql(`SELECT * FROM '${output?.path}' ORDER BY ALL`);
}

const warmFolders = async () => (await readdir(folder)).filter((name) => name.startsWith('warm-'));

/** Two runs from scratch; whatever follows may be served by the session they earned. */
async function warmUp(document: PipelineDocument, rest: Partial<RunTask> = {}): Promise<void> {
  await serve(document, rest);
  await serve(document, rest);
}

describe('a document that runs again and again', () => {
  it('earns a session with its second run, which then serves it', async () => {
    await serve(summing, { parameters: { list: '[1,2,3]' } });
    expect(await warmFolders()).toEqual([]);
    await serve(summing, { parameters: { list: '[4,5,6]' } });
    expect(await warmFolders()).toHaveLength(1);
    const before = await warmFolders();
    expect(await rowsOf(await serve(summing, { parameters: { list: '[7,8,9]', least: 8 } }))).toEqual([
      ['2', '8'],
      ['3', '9'],
    ]);
    expect(await warmFolders()).toEqual(before);
  });

  it('says the same of its steps and digests as a run from scratch', async () => {
    const told = async (parameters: RunTask['parameters'], kept?: WarmSessions) => {
      const steps = new Map<string, StepReport>();
      const reporter = { ...silent, step: (step: StepReport) => void steps.set(step.nodeId, step) };
      const task = { ...(await bench.runTask(summing, { files: {}, runId: 'same', parameters })) };
      const end = await runTask(task, reporter, undefined, kept);
      const outputs = end.outcome.ok ? (end.outcome.result as RunResult).outputs : [];
      return {
        steps: [...steps.values()].map(({ milliseconds: _time, bytes: _bytes, ...step }) => step),
        outputs: outputs.map((output) => ({ ...output, path: '' })),
      };
    };
    await warmUp(summing, { parameters: { list: '[1,2,3]' } });
    const parameters = { list: '[10,20,30]', least: 15 };
    expect(await told(parameters, sessions)).toEqual(await told(parameters));
  });

  it('gives the same rows as without a session, whatever the parameters are', async () => {
    await warmUp(summing, { parameters: { list: '[1,2,3]' } });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.integer()), { maxLength: 5 }),
        fc.integer({ min: -10, max: 10 }),
        async (list, least) => {
          const parameters = { list: JSON.stringify(list), least };
          const warm = await rowsOf(await serve(summing, { parameters }));
          const fresh = await bench.run(summing, { parameters, files: {} });
          expect(warm).toEqual(await rowsOf(fresh.end));
        },
      ),
      { numRuns: 25 },
    );
    expect(await warmFolders()).toHaveLength(1);
  });

  it('is compiled anew where a value decides a type', async () => {
    const shaped = pipeline(
      [
        ['one', 'rows', { rows: [{ a: 1 }] }],
        ['read', 'derive', { columns: [{ name: 'v', expression: 'from_json(\'["7"]\', $shape)[1]' }] }],
        ['save', 'save-dataset', { name: 'd', mode: 'replace' }],
      ],
      ['one > read', 'read > save'],
      { parameters: { shape: { type: 'text' } } },
    );
    const columns = async (shape: string) => {
      const end = await serve(shaped, { parameters: { shape } });
      if (!end.outcome.ok) return end.outcome.error.code;
      const [output] = (end.outcome.result as RunResult).outputs;
      return output && 'columns' in output ? output.columns.map(({ type }) => type) : [];
    };
    const first = await columns('["VARCHAR"]');
    await columns('["VARCHAR"]');
    const fresh = await bench.run(shaped, { parameters: { shape: '["BIGINT"]' }, files: {} });
    const expected = fresh.end.outcome.ok
      ? fresh.outputs.flatMap((output) => ('columns' in output ? output.columns.map(({ type }) => type) : []))
      : fresh.end.outcome.error.code;
    expect(await columns('["BIGINT"]')).toEqual(expected);
    expect(await columns('["VARCHAR"]')).toEqual(first);
  });
});

describe('what one run leaves to the next', () => {
  it('is nothing: no file, no table, no value', async () => {
    await warmUp(summing, { parameters: { list: '[1,2,3]' } });
    await serve(summing, { parameters: { list: '[111222333,2,3]' } });
    const [name = ''] = await warmFolders();
    const session = await sessions.take(planKey(await bench.runTask(summing, { files: {} })) ?? '');
    if (!session) throw new Error('there is no session');
    expect((await readdir(join(folder, name))).filter((file) => file !== 'spill')).toEqual([]);
    const task = await bench.runTask(summing, { files: {} });
    const database = session.lend(task, new AbortController().signal);
    const left = await database.rows(
      `SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal
       UNION ALL SELECT sequence_name FROM duckdb_sequences() UNION ALL SELECT name FROM duckdb_variables()`,
    );
    expect(left).toEqual([]);
    // A value that is not given again is missing; the last run's does not stand in for it.
    await expect(database.rows('SELECT $list', { parameters: {} })).rejects.toThrow();
    session.close();
  });

  it('costs the session where a table was left, and the next run is done from scratch', async () => {
    await warmUp(summing, { parameters: { list: '[1,2,3]' } });
    const key = planKey(await bench.runTask(summing, { files: {} })) ?? '';
    const session = await sessions.take(key);
    const database = session?.lend(await bench.runTask(summing), new AbortController().signal);
    await database?.execute('CREATE TEMP TABLE left_behind AS SELECT 1');
    expect(await session?.check()).toBe(false);
    if (session) sessions.giveBack(session);
    expect(await sessions.take(key)).toBeUndefined();
    expect(await warmFolders()).toEqual([]);
  });

  it('cannot be read through a session of another document: each has its own', async () => {
    const other = pipeline(
      [
        ['one', 'rows', { rows: [{ a: 1 }] }],
        ['save', 'save-dataset', { name: 'other', mode: 'replace' }],
      ],
      ['one > save'],
    );
    await warmUp(summing, { parameters: { list: '[1,2,3]' } });
    await warmUp(other);
    expect(await warmFolders()).toHaveLength(2);
    expect(await rowsOf(await serve(other))).toEqual([['1']]);
    expect(await rowsOf(await serve(summing, { parameters: { list: '[5,6,7]', least: 7 } }))).toEqual([
      ['3', '7'],
    ]);
  });

  it('is no input: a changed source or dataset version has another session', async () => {
    const base = await bench.runTask(summing, { files: {} });
    const version = { datasetId: 'd', versionId: 'v1', path: '/d/v1.parquet', rows: 3 };
    const keys = [
      planKey(base),
      planKey({ ...base, document: { ...summing, name: 'other' } }),
      planKey({ ...base, datasets: { d: version } }),
      planKey({ ...base, datasets: { d: { ...version, versionId: 'v2' } } }),
      planKey({ ...base, limits: { ...base.limits, threads: 1 } }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(planKey({ ...base, files: { 'a.csv': '/a.csv' } })).toBeUndefined();
    expect(planKey({ ...base, mode: 'inspect' })).toBeUndefined();
    expect(planKey({ ...base, parameters: { list: '[1]' } })).toBe(planKey(base));
  });
});

describe('what never gets a session', () => {
  const twice = async (document: PipelineDocument, rest: Partial<RunTask> = {}) => {
    await warmUp(document, rest);
    return warmFolders();
  };
  const one: [string, string, Record<string, unknown>] = ['one', 'rows', { rows: [{ a: 1 }] }];
  const save: [string, string, Record<string, unknown>] = [
    'save',
    'save-dataset',
    { name: 'd', mode: 'replace' },
  ];

  it.each([
    ['the clock', ['at', 'derive', { columns: [{ name: 't', expression: 'now()' }] }]],
    ['chance', ['at', 'derive', { columns: [{ name: 't', expression: 'random()' }] }]],
  ] as const)('a document that asks %s', async (_what, node) => {
    expect(await twice(pipeline([one, node, save], ['one > at', 'at > save']))).toEqual([]);
  });

  it('a document whose steps share rows: their tables would stay', async () => {
    const both = pipeline(
      [
        one,
        save,
        ['file', 'write-file', { path: 'a.csv', format: 'csv' }],
        ['kept', 'filter', { where: 'a > 0' }],
      ],
      ['one > kept', 'kept > save', 'kept > file'],
    );
    expect(await twice(both)).toEqual([]);
  });

  it('SQL of a user, which also closes the sessions of others and ends the process', async () => {
    await warmUp(summing, { parameters: { list: '[1,2,3]' } });
    expect(await warmFolders()).toHaveLength(1);
    const own = pipeline(
      [one, ['own', 'sql', { sql: 'SELECT a FROM input' }], save],
      ['one > own', 'own > save'],
    );
    const end = await serve(own);
    expect(end.outcome.ok).toBe(true);
    expect(end.reusable).toBe(false);
    expect(await warmFolders()).toEqual([]);
  });

  it('a run that failed', async () => {
    const failing = pipeline(
      [one, ['at', 'derive', { columns: [{ name: 'n', expression: 'CAST($text AS INTEGER)' }] }], save],
      ['one > at', 'at > save'],
      { parameters: { text: { type: 'text' } } },
    );
    expect(await twice(failing, { parameters: { text: 'no number' } })).toEqual([]);
  });
});

describe('a run on a session that goes wrong', () => {
  const casting = pipeline(
    [
      ['one', 'rows', { rows: [{ a: 1 }] }],
      ['at', 'derive', { columns: [{ name: 'n', expression: 'CAST($text AS INTEGER)' }] }],
      ['save', 'save-dataset', { name: 'd', mode: 'replace' }],
    ],
    ['one > at', 'at > save'],
    { parameters: { text: { type: 'text' } } },
  );

  it('tells its failure as a run from scratch does, once', async () => {
    await warmUp(casting, { parameters: { text: '5' } });
    const lines: string[] = [];
    const reporter = { ...silent, log: ({ message }: { message: string }) => void lines.push(message) };
    const end = await serve(casting, { parameters: { text: 'no number' } }, reporter);
    const fresh = await bench.run(casting, { parameters: { text: 'no number' }, files: {} });
    expect(end.outcome).toEqual(fresh.end.outcome);
    expect(lines.filter((line) => line.startsWith('Started'))).toHaveLength(1);
    expect(await warmFolders()).toEqual([]);
    expect(await rowsOf(await serve(casting, { parameters: { text: '6' } }))).toEqual([['1', 6]]);
  });

  it('ends as cancelled, without a file in scratch', async () => {
    await warmUp(casting, { parameters: { text: '5' } });
    const scratch = await bench.scratch();
    const cancel = new AbortController();
    cancel.abort();
    const end = await serve(casting, { parameters: { text: '5' }, scratch }, silent, cancel.signal);
    expect(end.outcome).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await readdir(scratch)).toEqual([]);
  });

  it('is done from scratch when its folder is gone', async () => {
    await warmUp(casting, { parameters: { text: '5' } });
    const [name = ''] = await warmFolders();
    await rm(join(folder, name), { recursive: true });
    expect(await rowsOf(await serve(casting, { parameters: { text: '8' } }))).toEqual([['1', 8]]);
  });
});

it('opens no more sessions than two', async () => {
  for (const name of ['a', 'b', 'c']) {
    await warmUp({ ...summing, name }, { parameters: { list: '[1,2,3]' } });
  }
  await expect.poll(warmFolders).toHaveLength(2);
});

it('hands over digests that prove the bytes', async () => {
  await warmUp(summing, { parameters: { list: '[1,2,3]' } });
  const end = await serve(summing, { parameters: { list: '[3,2,1]' } });
  if (!end.outcome.ok) throw new Error('the run failed');
  const [output] = (end.outcome.result as RunResult).outputs;
  const { createHash } = await import('node:crypto');
  const sha256 = createHash('sha256')
    .update(await readFile(output?.path ?? ''))
    .digest('hex');
  expect(output).toMatchObject({ sha256 });
});
