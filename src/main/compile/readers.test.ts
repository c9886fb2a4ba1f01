import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CsvOptions, JsonOptions } from '../../shared/plan/relation.ts';
import { dialect } from './dialect.ts';
import { renderQuery } from './render-query.ts';
import { type Bench, compile, node, openBench, out, rowsOf } from './testing/graph-kit.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

let count = 0;
async function file(content: string | Uint8Array, ending: string): Promise<string> {
  count += 1;
  const path = join(bench.folder, `data ${count}.${ending}`);
  await writeFile(path, content);
  return path;
}

async function read(relation: Parameters<typeof out>[0], path: string) {
  const graph = await compile(
    bench,
    { nodes: [node('source', 'rows', out(relation))] },
    { files: { 'my file': path } },
  );
  return { graph, columns: graph.byId.get('source')?.ports.out, problems: graph.problems };
}

const ref = { path: 'my file', configPath: ['path'] };

async function csv(content: string | Uint8Array, options: Partial<CsvOptions> = {}) {
  const path = await file(content, 'csv');
  const compiled = await read({ rel: 'read-csv', file: ref, options: { badRows: 'fail', ...options } }, path);
  return { ...compiled, rows: () => rowsOf(bench, compiled.graph, 'source') };
}

async function json(content: string, options: Partial<JsonOptions> = {}) {
  const path = await file(content, 'json');
  const compiled = await read(
    { rel: 'read-json', file: ref, options: { format: 'auto', badRows: 'fail', ...options } },
    path,
  );
  return { ...compiled, rows: () => rowsOf(bench, compiled.graph, 'source') };
}

const types = (columns: readonly { type: string }[] | undefined) => columns?.map(({ type }) => type);

describe('CSV', () => {
  it('finds the delimiter, the header and the types', async () => {
    const { columns, rows } = await csv('id;when;amount\n1;2024-01-02;1.5\n2;2024-02-03;2\n');
    expect(columns).toEqual([
      { name: 'id', type: 'BIGINT' },
      { name: 'when', type: 'DATE' },
      { name: 'amount', type: 'DOUBLE' },
    ]);
    expect(await rows()).toEqual([
      ['1', '2024-01-02', 1.5],
      ['2', '2024-02-03', 2],
    ]);
  });

  it('reads decimal commas and local dates as told', async () => {
    const { columns, rows } = await csv('a;b\n1,5;13.02.2024\n2;01.02.2024\n', { decimalSeparator: ',' });
    expect(types(columns)).toEqual(['DOUBLE', 'DATE']);
    expect(await rows()).toEqual([
      [1.5, '2024-02-13'],
      [2, '2024-02-01'],
    ]);
  });

  it('keeps a column with leading zeros as text when asked, and only that one', async () => {
    const content = 'zip,n,zero\n00123,1,0\n99999,2,0\n';
    const kept = await csv(content, { keepLeadingZeros: true });
    expect(types(kept.columns)).toEqual(['VARCHAR', 'BIGINT', 'BIGINT']);
    expect(await kept.rows()).toEqual([
      ['00123', '1', '0'],
      ['99999', '2', '0'],
    ]);
  });

  it('a type that was chosen goes before leading zeros', async () => {
    const { columns } = await csv('zip\n00123\n', { keepLeadingZeros: true, types: { ZIP: 'INTEGER' } });
    expect(types(columns)).toEqual(['INTEGER']);
  });

  it('reads quoted values with delimiters, quotes and line ends in them', async () => {
    const { rows } = await csv('a,b\n"x, ""y""",1\n"two\nlines",2\n');
    expect(await rows()).toEqual([
      ['x, "y"', '1'],
      ['two\nlines', '2'],
    ]);
  });

  it('understands a quote that first comes after the rows that were looked at', async () => {
    const body = Array.from({ length: 30_000 }, (_unused, at) => `${at},plain`).join('\n');
    const { graph } = await csv(`a,b\n${body}\n30000,"with, comma"\n`);
    const rows = await rowsOf(bench, graph, 'source');
    expect(rows.at(-1)).toEqual(['30000', 'with, comma']);
  });

  it('names null texts', async () => {
    const { columns, rows } = await csv('a,b\n1,NA\nNA,2\n', { nullText: ['NA'] });
    expect(types(columns)).toEqual(['BIGINT', 'BIGINT']);
    expect(await rows()).toEqual([
      ['1', null],
      [null, '2'],
    ]);
  });

  it('takes everything as text when asked', async () => {
    const { columns } = await csv('a,b\n1,2024-01-01\n', { allText: true, keepLeadingZeros: true });
    expect(types(columns)).toEqual(['VARCHAR', 'VARCHAR']);
  });

  it('gives names to columns without a header', async () => {
    const { columns, rows } = await csv('1,x\n2,y\n', { header: false });
    expect(columns?.map(({ name }) => name)).toEqual(['column0', 'column1']);
    expect(await rows()).toHaveLength(2);
  });

  it('skips lines above the header', async () => {
    const { columns } = await csv('made by hand\n\nid,b\n1,2\n', { skipLines: 2 });
    expect(columns?.map(({ name }) => name)).toEqual(['id', 'b']);
  });

  it('reads latin-1', async () => {
    const { rows } = await csv(Buffer.from('name,n\nJos\xe9,1\n', 'latin1'), { encoding: 'latin-1' });
    expect(await rows()).toEqual([['José', '1']]);
  });

  it('a ragged row fails the read with its line, and is left out where bad rows are skipped', async () => {
    const content = 'a,b,c\n1,2,3\n1,2\n4,5,6\n';
    const strict = await csv(content);
    expect(strict.columns?.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    await expect(strict.rows()).rejects.toThrow(/Line: 3/);
    const lenient = await csv(content, { badRows: 'skip' });
    expect(await lenient.rows()).toEqual([
      ['1', '2', '3'],
      ['4', '5', '6'],
    ]);
    expect(await bench.oracle.rows('SELECT count(DISTINCT line)::VARCHAR FROM reject_errors')).toEqual([
      ['1'],
    ]);
  });

  it('an empty file has no rows, and one with only a header has its columns', async () => {
    expect(await (await csv('')).rows()).toEqual([]);
    const headed = await csv('a,b\n', { header: true });
    expect(headed.columns?.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await headed.rows()).toEqual([]);
  });

  it('tells the engine how large a large file is, so that it plans for it', async () => {
    const path = await file(`a,b\n${'1234567,some text\n'.repeat(200_000)}`, 'csv');
    const { graph } = await read({ rel: 'read-csv', file: ref, options: { badRows: 'fail' } }, path);
    const { sql } = renderQuery(graph, { nodeId: 'source', port: 'out' });
    const [plan] = await bench.oracle.rows(`EXPLAIN ${sql}`);
    const estimate = /~([\d,]+) rows/.exec(plan?.[1] ?? '')?.[1]?.replaceAll(',', '');
    expect(Number(estimate)).toBeGreaterThan(50_000);
  });

  it('reads a large file as a small one, value for value', async () => {
    const lines = Array.from({ length: 300_000 }, (_, at) => {
      // The kinds of line come in an order that no block of the file is cut at.
      if (at % 7 === 0) return `${at},"a, ""quoted""\nline ${at}",2024-02-${10 + (at % 9)},0.5`;
      if (at % 11 === 0) return `${at},,,`;
      return `${at},plain ${'x'.repeat(at % 50)},2023-01-01,${at}.25`;
    });
    const { columns, rows } = await csv(`id,text,day,amount\n${lines.join('\n')}\n`);
    expect(types(columns)).toEqual(['BIGINT', 'VARCHAR', 'DATE', 'DOUBLE']);
    const read = await rows();
    expect(read).toHaveLength(lines.length);
    const differing = read.findIndex(([id, text, day, amount], at) => {
      const given = lines[at]?.includes('"') ? `a, "quoted"\nline ${at}` : undefined;
      const [, plain, when, number] = given
        ? ['', given, `2024-02-${10 + (at % 9)}`, '0.5']
        : (lines[at]?.split(',') ?? []);
      return (
        Number(id) !== at ||
        (text ?? '') !== plain ||
        (day ?? '') !== when ||
        (amount === null ? '' : Number(amount)) !== (number === '' ? '' : Number(number))
      );
    });
    expect(differing).toBe(-1);
  });

  it('says where a large file has the row that does not fit, the first one included', async () => {
    const good = '1,2\n'.repeat(400_000);
    for (const content of [`a,b\n1,2,3\n${good}`, `a,b\n${good}1,2,3\n`]) {
      const { problems, rows } = await csv(content);
      expect(problems).toEqual([]);
      await expect(rows()).rejects.toThrow(content.startsWith('a,b\n1,2,3') ? /Line: 2\b/ : /Line: 400002\b/);
    }
  });

  it('does not guess the format of a date in a large file from its first row', async () => {
    const content = `id,day\n${'1,"3/4/2024"\n'.repeat(150_000)}2,"soon"\n`;
    const { rows } = await csv(content, { types: { day: 'DATE' }, allText: true });
    await expect(rows()).rejects.toThrow(/convert/);
  });

  it('takes a date that is none of the calendar at its word', async () => {
    const { graph, columns } = await csv('day\n2024-01-02\ninfinity\n');
    expect(types(columns)).toEqual(['DATE']);
    const { sql } = renderQuery(graph, { nodeId: 'source', port: 'out' });
    const found = await bench.oracle.rows(`SELECT day::VARCHAR FROM (${sql})`);
    expect(found).toEqual([['2024-01-02'], ['infinity']]);
  });

  it('column names may be anything', async () => {
    const { columns, rows } = await csv(`"a ""b""",it's,select,ä\n1,2,3,4\n`);
    expect(columns?.map(({ name }) => name)).toEqual(['a "b"', "it's", 'select', 'ä']);
    expect(await rows()).toEqual([['1', '2', '3', '4']]);
  });

  it('a refused or unknown file is a problem at its place', async () => {
    const graph = await compile(bench, {
      nodes: [node('source', 'rows', out({ rel: 'read-csv', file: ref, options: { badRows: 'fail' } }))],
    });
    expect(graph.problems).toMatchObject([{ code: 'file_missing', nodeId: 'source', path: ['path'] }]);
  });

  it('a type that is none is a problem, not SQL', async () => {
    const { problems } = await csv('a\n1\n', { types: { a: "INT'}) ; drop" } });
    expect(problems).toMatchObject([{ code: 'invalid_input', nodeId: 'source' }]);
  });
});

describe('JSON', () => {
  const records = [
    { id: 1, name: 'x', tags: ['a'], at: { lat: 1.5 } },
    { id: 2, name: null, tags: [], at: null },
  ];

  it.each([
    ['an array', JSON.stringify(records)],
    ['lines', records.map((record) => JSON.stringify(record)).join('\n')],
  ])('reads %s, nested values as they are', async (_name, content) => {
    const { columns, rows } = await json(content);
    expect(types(columns)).toEqual(['BIGINT', 'VARCHAR', 'VARCHAR[]', 'STRUCT(lat DOUBLE)']);
    expect(await rows()).toEqual([
      ['1', 'x', ['a'], { lat: 1.5 }],
      ['2', null, [], null],
    ]);
  });

  it('takes the records from inside one object', async () => {
    const { columns, rows } = await json(JSON.stringify({ page: 1, data: { items: records } }), {
      recordsAt: 'data.items',
      types: { id: 'VARCHAR' },
    });
    expect(types(columns)?.slice(0, 2)).toEqual(['VARCHAR', 'VARCHAR']);
    expect((await rows()).map(([id]) => id)).toEqual(['1', '2']);
  });

  it.each([
    ['data.itemz', /not an array of records/],
    ['page', /not an array of records/],
    ['dat', /Did you mean "data"/],
  ])('says what is wrong with %s as the place of the records', async (recordsAt, message) => {
    const { problems } = await json(JSON.stringify({ page: 1, data: { items: records } }), { recordsAt });
    expect(problems).toMatchObject([
      { nodeId: 'source', path: ['path'], message: expect.stringMatching(message) },
    ]);
  });

  it('skips bad lines where that is asked', async () => {
    const { rows } = await json('{"a":1}\n{"a":x}\n{"a":3}\n', {
      format: 'newline_delimited',
      badRows: 'skip',
    });
    expect(await rows()).toEqual([['1'], ['3']]);
  });

  it('a broken file is a problem with a sentence', async () => {
    const { problems } = await json('{"a":1}\n{"a":\n{"a":3}\n', { format: 'newline_delimited' });
    expect(problems).toMatchObject([
      { code: 'json_row', nodeId: 'source', message: expect.stringMatching(/not well formed/) },
    ]);
    expect(problems[0]?.message).not.toContain(bench.folder);
  });
});

describe('Parquet', () => {
  it('gives its rows and types, from a file and as a dataset', async () => {
    const path = join(bench.folder, 'p.parquet');
    await bench.session.connection.run(dialect.copyTo("SELECT 1::SMALLINT AS a, 'x' AS b", path, 'parquet'));
    const { columns } = await read({ rel: 'read-parquet', file: ref }, path);
    expect(types(columns)).toEqual(['SMALLINT', 'VARCHAR']);
    const graph = await compile(
      bench,
      { nodes: [node('set', 'rows', out({ rel: 'read-dataset', name: 'sales', configPath: ['name'] }))] },
      { datasets: { sales: { datasetId: 'd', versionId: 'v', path, rows: 1 } } },
    );
    expect(await rowsOf(bench, graph, 'set')).toEqual([[1, 'x']]);
  });

  it('a file that is none is a problem with its name in the document', async () => {
    const { problems } = await read(
      { rel: 'read-parquet', file: ref },
      await file('no parquet at all', 'parquet'),
    );
    expect(problems).toMatchObject([{ code: 'file_unreadable', path: ['path'] }]);
    expect(problems[0]?.message).toContain('my file');
  });

  it('a dataset that is not there is a problem at its place', async () => {
    const graph = await compile(bench, {
      nodes: [node('set', 'rows', out({ rel: 'read-dataset', name: 'sales', configPath: ['name'] }))],
    });
    expect(graph.problems).toMatchObject([{ code: 'dataset_missing', nodeId: 'set', path: ['name'] }]);
  });
});
