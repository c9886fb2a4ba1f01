import { describe, expect, test } from 'vitest';
import { expectRows, runNode } from '../_kit/test-kit.ts';

const rows = [
  { id: 1, region: 'EU', amount: 10 },
  { id: 2, region: 'US', amount: 20 },
  { id: 3, region: 'EU', amount: 5 },
];
const run = (sql: string) => runNode('sql', { sql }, { in: [rows] });

test('a single input is called input', async () => {
  expectRows(
    await run('select region, sum(amount)::bigint as total from input group by region order by region'),
    [
      { region: 'EU', total: 15 },
      { region: 'US', total: 20 },
    ],
  );
});

test('several inputs are called like their nodes', async () => {
  const sql =
    'with big as (select * from in_1 where amount > 5) select b.id, o.label from big b join in_2 o on o.id = b.id order by 1';
  const result = await runNode(
    'sql',
    { sql },
    {
      in: [
        rows,
        [
          { id: 1, label: 'one' },
          { id: 3, label: 'three' },
        ],
      ],
    },
  );
  expectRows(result, [{ id: 1, label: 'one' }]);
});

test('no input is needed', async () => {
  expectRows(await runNode('sql', { sql: 'select i::integer as i from range(3) t(i)' }), [
    { i: 0 },
    { i: 1 },
    { i: 2 },
  ]);
});

test('windows, subqueries, comments and a final semicolon', async () => {
  const sql = `-- latest
    select id, rank() over (order by amount desc) as place /* of all */
    from input where amount >= (select avg(amount) from input) order by id;`;
  expectRows(await run(sql), [{ id: 2, place: 1 }]);
});

test('declared parameters are bound', async () => {
  const parameters = { least: { type: 'integer', default: 10 } } as const;
  const result = await runNode(
    'sql',
    { sql: 'select id from input where amount > $least' },
    { in: [rows] },
    { parameters },
  );
  expectRows(result, [{ id: 2 }]);
});

describe('anything but one SELECT over the inputs is refused at the text', () => {
  test.each([
    'select * from other',
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "copy (select 1) to '/tmp/x'",
    'create table x as select 1',
    'select 1; select 2',
    "attach 'x.db'",
    "select getenv('HOME')",
    "set memory_limit = '1TB'",
    'select * from duckdb_settings()',
    'selec 1',
  ])('%s', async (sql) => {
    const result = await run(sql);
    expect(result.problems[0]).toMatchObject({ severity: 'error', nodeId: 'node', path: ['sql'] });
    expect(result.rows).toEqual([]);
  });
});

test('the summary is one line', async () => {
  const { default: definition } = await import('./definition.ts');
  expect(definition.summary({ sql: 'select *\n  from input' })).toBe('select * from input');
});
