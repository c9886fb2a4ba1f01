import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DatasetInput } from '../../../shared/plan/dataset-input.ts';
import { Bench, pipeline } from '../../runner/runner-test-kit.ts';
import { documentToSteps } from './steps/from-document.ts';
import { stepsToDocument } from './steps/to-document.ts';
import { apply, documentFor } from './testing/apply.ts';
import { parseTransformations } from './transformations.ts';

type Records = Record<string, unknown>[];
interface Example {
  /** What the page says the block is: data, run, result, rejected, error, steps, fails ... */
  readonly label: string;
  readonly value: Records;
  readonly line: number;
}

const page = await readFile(join(import.meta.dirname, '../../../../docs/api/transformations.md'), 'utf8');
const blocks = [...page.matchAll(/<!-- (.+?) -->\n```json\n(.*?)```/gs)].map(
  ({ 1: label = '', 2: text = '', index }): Example => ({
    label,
    value: JSON.parse(text) as Records,
    line: page.slice(0, index).split('\n').length,
  }),
);
const data = blocks.find(({ label }) => label === 'data')?.value ?? [];
const runs = blocks.flatMap((block, at) => {
  if (block.label !== 'run') return [];
  const after = (label: string, steps: number) =>
    blocks[at + steps]?.label === label ? blocks[at + steps]?.value : undefined;
  return [
    { line: block.line, list: block.value, result: after('result', 1), rejected: after('rejected', 2) ?? [] },
  ];
});

test('every block of JSON on the page is an example that is run here', () => {
  expect(blocks).toHaveLength([...page.matchAll(/```json/g)].length);
  expect(new Set(blocks.map(({ label }) => label.replace(/:.*/, '')))).toEqual(
    new Set(['error', 'data', 'run', 'result', 'rejected', 'fails', 'steps']),
  );
});

describe('the example gives what the page shows', () => {
  const files = { 'regions.csv': 'region,currency\nEU,EUR\nUS,USD\n' };

  test.each(runs)('at line $line', async ({ list, result, rejected }) => {
    const findDataset = () => ({ name: 'blocked_customers' });
    const bench = await Bench.open();
    try {
      const path = await bench.parquet('blocked.parquet', "SELECT 'c1' AS customer");
      const datasets: Record<string, DatasetInput> = {
        blocked_customers: { datasetId: 'd', versionId: 'v', path, rows: 1 },
      };
      const made = await apply(list, data, { files, datasets, options: { findDataset } });
      expect(made.problems).toEqual([]);
      // As JSON they are numbers: a decimal of few digits fits a double.
      expect(made.result.map(asJson)).toEqual(result);
      expect(made.rejected.map(asJson)).toEqual(rejected);
    } finally {
      await bench.close();
    }
  });

  /** Cells hold decimals as text, so that nothing is rounded before a door has judged it. */
  function asJson(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const decimal = (name: string, value: unknown) =>
      ['tax', 'middle', 'total'].includes(name) && typeof value === 'string' ? Number(value) : value;
    return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, decimal(name, value)]));
  }
});

test('the refused list says what the page quotes', () => {
  const [wrong] = blocks.filter(({ label }) => label === 'error');
  const [quoted = ''] = /> `(transformations\[1\].*?)`/s.exec(page)?.slice(1) ?? [];
  expect(() => parseTransformations(wrong?.value)).toThrow(quoted.replaceAll('\n> ', ' '));
});

test.each(blocks.filter(({ label }) => label.startsWith('fails:')))(
  'the job at line $line fails as the page quotes',
  async ({ label, value }) => {
    const bench = await Bench.open();
    const { nodes, edges } = documentFor(value, data);
    const ran = await bench.run({ ...pipeline([], []), nodes, edges });
    await bench.close();
    const message = label.slice('fails: '.length);
    expect(ran.end.outcome).toMatchObject({ ok: false, error: { code: 'rows_refused', message } });
    expect(page).toContain(`> \`${message}\``);
  },
);

test.each(blocks.filter(({ label }) => label === 'steps'))(
  'the steps at line $line make a graph and read back',
  ({ value }) => {
    expect(documentToSteps(stepsToDocument(value, { name: 'Orders' }))).toEqual(value);
  },
);
