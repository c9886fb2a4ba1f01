import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aggregateFunctions,
  scalarFunctions,
  tableFunctions,
  volatileFunctions,
  windowFunctions,
} from './allowed-functions.ts';
import { type Bench, openBench } from './testing/graph-kit.ts';
import { VetError } from './vet-common.ts';
import { vetExpression } from './vet-expression.ts';
import { describeVet } from './vet-plan.ts';
import { vetSql } from './vet-sql.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const rules = { aggregates: false, windows: false, parameters: new Set(['since']) };
const vet = (text: string, more = {}) => vetExpression(text, { ...rules, ...more }, bench.oracle);

async function refusal(asked: Promise<unknown>): Promise<VetError> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(VetError);
  return error as VetError;
}

describe('the lists of allowed functions', () => {
  it('name only what the engine has', async () => {
    const rows = await bench.oracle.rows('SELECT DISTINCT lower(function_name) FROM duckdb_functions()');
    // What the parser itself makes of syntax is in no catalogue.
    const known = new Set([
      ...rows.flat(),
      ...'-> coalesce current_time current_timestamp localtime localtimestamp'.split(' '),
    ]);
    const all = [scalarFunctions, aggregateFunctions, windowFunctions, tableFunctions, volatileFunctions];
    expect(all.flatMap((set) => [...set]).filter((name) => !known.has(name))).toEqual([]);
  });

  it('hold no function that the engine calls volatile but the marked ones', async () => {
    const rows = await bench.oracle.rows(
      "SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE stability <> 'CONSISTENT' AND function_name <> 'error'",
    );
    const unmarked = rows
      .flat()
      .filter((name) => scalarFunctions.has(String(name)) && !volatileFunctions.has(String(name)));
    expect(unmarked).toEqual([]);
  });
});

describe('expressions', () => {
  it.each([
    'a + 1',
    'upper(name) || $since',
    "case when a in (1, 2) then 'x' else null end",
    'cast(a as decimal(10, 2))',
    'x::STRUCT(a INT, b JSON)[]',
    'list_transform(l, lambda x: x + 1)',
    '[x * 2 for x in l if x > 1]',
    "d at time zone 'UTC'",
    'extract(year from d)',
    "a like '%x' escape '!'",
    "j ->> '$.a'",
    'l[1:2]',
    's.f.g',
    "{'a': 1}",
    'a is not distinct from b',
    'try(a::int)',
    'a -- with a comment',
    '/* and */ a /* more */',
    "';' || '--' || ')'",
    "$$it's$$",
    'coalesce(a, b, 0)',
  ])('%s is taken', async (text) => {
    await expect(vet(text)).resolves.toBeDefined();
  });

  it.each([
    ['a) or (b', 'not_one_expression'],
    ['1) from range(3) t(x) where (true', 'not_one_expression'],
    ['a, b', 'not_one_expression'],
    ['1), (2', 'not_one_expression'],
    ['a) as x, (b', 'not_one_expression'],
    ['1) union select (2', 'not_one_expression'],
    ['1) limit (1', 'not_one_expression'],
    ['t.*', 'not_one_expression'],
    ["1), ['", 'syntax_error'],
    ["'", 'syntax_error'],
    ['(select 1)', 'subquery_not_allowed'],
    ['exists (select 1)', 'subquery_not_allowed'],
    ["(from read_text('/etc/passwd'))", 'subquery_not_allowed'],
    ['a in (select b from c)', 'subquery_not_allowed'],
    ["read_text('/etc/passwd')", 'function_not_allowed'],
    ["getenv('HOME')", 'function_not_allowed'],
    ["current_setting('memory_limit')", 'function_not_allowed'],
    ["getvariable('x')", 'function_not_allowed'],
    ["nextval('s')", 'function_not_allowed'],
    ['json_structure(j)', 'function_not_allowed'],
    ["write_log('x')", 'function_not_allowed'],
    ['sleep_ms(1000)', 'function_not_allowed'],
    ['"read_text"(\'/x\')', 'function_not_allowed'],
    ['READ_TEXT(x)', 'function_not_allowed'],
    ['x.read_text()', 'function_not_allowed'],
    ['system.main.upper(a)', 'function_not_allowed'],
    ['list_transform(l, lambda x: getenv(x))', 'function_not_allowed'],
    ['case when a then getenv(b) end', 'function_not_allowed'],
    ['current_user', 'function_not_allowed'],
    ['sum(a)', 'aggregate_not_allowed'],
    ['row_number() over ()', 'window_not_allowed'],
    ['sum(a) over (order by b)', 'window_not_allowed'],
    ["columns('x')", 'star_not_allowed'],
    ['$snce', 'unknown_parameter'],
    ['$1', 'unknown_parameter'],
    ['?', 'unknown_parameter'],
    ['#1', 'not_allowed'],
    ['1; drop table x', 'syntax_error'],
    ['a +', 'syntax_error'],
    ['a /* x', 'syntax_error'],
    ["'open", 'syntax_error'],
    ['  ', 'empty_text'],
    ['a\0b', 'invalid_text'],
    [`${'('.repeat(300)}a${')'.repeat(300)}`, 'text_too_deep'],
    [`'${'x'.repeat(70_000)}'`, 'text_too_long'],
  ])('%s is refused as %s', async (text, code) => {
    expect((await refusal(vet(text))).code).toBe(code);
  });

  it('a refused text says where in it, in characters', async () => {
    const text = "'é' ||\n  uppr(name)";
    const error = await refusal(vet(text));
    expect(describeVet(error, text)).toBe(
      'There is no function uppr here. Did you mean upper? (line 2, character 3)',
    );
  });

  it('aggregates and windows are taken where the rules say so', async () => {
    await expect(vet('sum(a) / count(*)', { aggregates: true })).resolves.toBeDefined();
    await expect(vet('sum(a) over (partition by b)', { windows: true })).resolves.toBeDefined();
  });

  it('tells the parameters used, and what gives another answer each time', async () => {
    expect(await vet('a > $since')).toEqual({ parameters: new Set(['since']), volatile: false });
    for (const text of [
      'random()',
      'now()',
      'current_date',
      'list_transform(l, lambda x: random())',
      'uuid()',
    ]) {
      expect((await vet(text)).volatile, text).toBe(true);
    }
  });

  it('a column called as a bare function is a column', async () => {
    expect(
      await vet('session_user || current_date', { columns: new Set(['session_user', 'current_date']) }),
    ).toEqual({
      parameters: new Set(),
      volatile: false,
    });
  });

  it('thousands of chained operators are refused, not a crash', async () => {
    for (const text of [
      `1${'+1'.repeat(20_000)}`,
      `${'not '.repeat(10_000)}true`,
      `${'-'.repeat(1)}${' -'.repeat(20_000)}1`,
    ]) {
      await vet(text).catch((error: unknown) => expect(error).toBeInstanceOf(VetError));
    }
  });
});

describe('SQL texts', () => {
  const sql = (text: string) =>
    vetSql(text, ['orders', 'Customers'], { parameters: new Set(['since']) }, bench.oracle);

  it.each([
    'select * from orders',
    'from ORDERS select 1',
    'with a as (select * from orders), b as (from a) select * from b join customers using (id)',
    'with recursive r as (select 1 as n union all select n + 1 from r where n < 5) select * from r',
    'select *, row_number() over (partition by x order by y) as n from orders qualify n = 1',
    'select * from orders o, lateral (select o.x + 1 as y)',
    'select * from range(10) t(x)',
    'select unnest([1, 2, 3])',
    'values (1, 2)',
    "select * from (pivot orders on region in ('EU') using sum(amount))",
    'select * exclude (a) replace (b + 1 as b) from orders where d > $since',
    'select (select max(x) from customers) from orders where exists (select 1 from customers)',
    'select 1 union all select 2 order by 1 limit 3;',
    'select * from orders tablesample 10%',
  ])('%s is taken', async (text) => {
    await expect(sql(text)).resolves.toBeDefined();
  });

  it.each([
    ["select * from 'secret.csv'", 'unknown_table'],
    ['select * from "/etc/passwd"', 'unknown_table'],
    ['select * from duckdb_settings', 'unknown_table'],
    ['select * from information_schema.tables', 'unknown_table'],
    ['select * from memory.main.orders', 'unknown_table'],
    ['select * from sqlite_master', 'unknown_table'],
    ["select * from read_csv('/etc/passwd')", 'table_not_allowed'],
    ["select * from glob('/*')", 'table_not_allowed'],
    ["select * from query('select 1')", 'table_not_allowed'],
    ["select * from query_table('orders')", 'table_not_allowed'],
    ['select * from duckdb_secrets()', 'table_not_allowed'],
    ["select * from enable_logging(storage='file', storage_path='/outside')", 'table_not_allowed'],
    ["select (select content from read_text('/etc/passwd'))", 'table_not_allowed'],
    ['describe orders', 'table_not_allowed'],
    ['select * from (show tables)', 'table_not_allowed'],
    ['select * from (summarize orders)', 'table_not_allowed'],
    ['with a as (from "x.csv") select * from a', 'unknown_table'],
    // The name lives inside the subquery alone; outside, the engine would look for a file of that name.
    ['select * from (with "x.csv" as (select 1) select * from "x.csv") a, "x.csv"', 'unknown_table'],
    ['with a as (select * from b), b as (select 1) select * from a', 'unknown_table'],
    ["select getenv('HOME')", 'function_not_allowed'],
    ["select current_setting('secret_directory') from orders", 'function_not_allowed'],
    ['select * from orders where x = $nope', 'unknown_parameter'],
    ['select 1; select 2', 'not_one_select'],
    ["copy orders to '/tmp/x'", 'syntax_error'],
    ["attach '/tmp/x.db'", 'syntax_error'],
    ['insert into orders values (1)', 'syntax_error'],
    ['set memory_limit = 1', 'syntax_error'],
    ['pragma version', 'syntax_error'],
    ['call pragma_version()', 'syntax_error'],
    ['install httpfs', 'syntax_error'],
    ['create table x as select 1', 'syntax_error'],
    ['prepare p as select 1', 'syntax_error'],
    ['explain select 1', 'syntax_error'],
    ['', 'empty_text'],
  ])('%s is refused as %s', async (text, code) => {
    expect((await refusal(sql(text))).code).toBe(code);
  });

  it('an unknown table is answered with the near one and the inputs', async () => {
    expect((await refusal(sql('select * from ordrs'))).message).toBe(
      'There is no table "ordrs" here. Did you mean orders? Its inputs are: orders, Customers.',
    );
  });
});
