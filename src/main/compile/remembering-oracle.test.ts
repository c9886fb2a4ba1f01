import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Oracle } from './oracle.ts';
import { sniffCsv } from './read-csv.ts';
import { OracleMemory, rememberingOracle } from './remembering-oracle.ts';
import { type Bench, openBench } from './testing/graph-kit.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

/** The bench's oracle, freed of its own memory of a session by a comment that differs each time. */
function counted(): { oracle: Oracle; asked: string[] } {
  const asked: string[] = [];
  const fresh = (sql: string) => {
    asked.push(sql);
    return `${sql} --${asked.length}-${Math.random()}`;
  };
  const { oracle } = bench;
  return {
    asked,
    oracle: {
      describe: (sql, parameters) => oracle.describe(fresh(sql), parameters),
      parse: (sql) => oracle.parse(fresh(sql)),
      rows: (sql) => oracle.rows(fresh(sql)),
    },
  };
}

async function csvFile(content: string): Promise<string> {
  const path = join(bench.folder, `it's ${Math.random()}.csv`);
  await writeFile(path, content);
  return path;
}

const options = { badRows: 'fail' } as const;

describe('what compiling asked', () => {
  it('is asked once a process, whatever the task', async () => {
    const { oracle, asked } = counted();
    const memory = new OracleMemory();
    const answers = [];
    for (let task = 0; task < 3; task += 1) {
      const own = rememberingOracle(oracle, [], memory);
      answers.push(
        await own.describe('SELECT 1 AS one'),
        await own.parse('SELECT 2'),
        await own.rows('SELECT 3'),
      );
    }
    expect(asked).toHaveLength(3);
    expect(answers.slice(3, 6)).toEqual(answers.slice(0, 3));
  });

  it('of a file is asked again once the file has changed', async () => {
    const { oracle } = counted();
    const memory = new OracleMemory();
    const path = await csvFile('a,b\n1,2\n');
    const types = async () => {
      const shape = await sniffCsv(path, options, rememberingOracle(oracle, [path], memory));
      return shape.columns.map(([, type]) => type);
    };
    expect(await types()).toEqual(['BIGINT', 'BIGINT']);
    await writeFile(path, 'a,b\n1,x\n');
    // The same size, and a time as a copying tool would set it back.
    await utimes(path, 1, 1);
    expect(await types()).toEqual(['BIGINT', 'VARCHAR']);
  });

  it('tells bound types apart', async () => {
    const memory = new OracleMemory();
    const own = () => rememberingOracle(bench.oracle, [], memory);
    const typed = (type: string) => own().describe('SELECT $p AS p', { p: { type, value: '2024-01-01' } });
    expect([await typed('DATE'), await typed('VARCHAR')].map(([column]) => column?.type)).toEqual([
      'DATE',
      'VARCHAR',
    ]);
  });

  it('is not remembered where it failed', async () => {
    const { oracle, asked } = counted();
    const memory = new OracleMemory();
    for (let task = 0; task < 2; task += 1) {
      await expect(rememberingOracle(oracle, [], memory).describe('SELECT nothing')).rejects.toThrow();
    }
    expect(asked).toHaveLength(2);
  });
});

describe('the memory', () => {
  it('stays within its limit and forgets the longest unused first', () => {
    const memory = new OracleMemory(1000);
    for (const key of ['a', 'b', 'c', 'd']) memory.set(key, 'x'.repeat(220));
    memory.get('a');
    memory.set('e', 'x'.repeat(220));
    expect(['a', 'b', 'c', 'd', 'e'].filter((key) => memory.get(key) !== undefined)).toEqual([
      'a',
      'c',
      'd',
      'e',
    ]);
    memory.set('huge', 'x'.repeat(900));
    expect(memory.get('huge')).toBeUndefined();
  });
});
