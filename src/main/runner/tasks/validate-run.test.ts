import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, type NodeText, outputOf, pipeline } from '../runner-test-kit.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
  const lines = Array.from({ length: 20_000 }, (_none, at) => `${at},${at % 100 === 7 ? -1 : at % 50}`);
  await bench.file('orders.csv', `id,amount\n${lines.join('\n')}\n`);
});
afterAll(() => bench.close());

const orders: NodeText = ['orders', 'csv-file', { path: 'orders.csv' }];
const rules = [{ column: 'amount', min: 0 }, { condition: 'id >= 0' }];
const check = (config: Record<string, unknown> = {}): NodeText => ['check', 'validate', { rules, ...config }];
const good: NodeText = ['good', 'save-dataset', { name: 'good' }];
const bad: NodeText = ['bad', 'save-dataset', { name: 'good.rejected' }];
const wires = ['orders > check', 'check.out > good', 'check.rejected > bad'];
const whole = pipeline([orders, check(), good, bad], wires);

describe('a check of rows in a run', () => {
  it.each(['fast', 'inspect'] as const)(
    'parts good rows from bad, with reasons and their count (%s)',
    async (mode) => {
      const ran = await bench.run(whole, { mode });
      expect(outputOf(ran, 'good')).toMatchObject({ name: 'good', rows: 19_800 });
      const rejected = outputOf(ran, 'bad');
      expect(rejected).toMatchObject({ name: 'good.rejected', rows: 200 });
      expect(
        await bench.sql(`SELECT id, amount, _reasons[1], len(_reasons) FROM '${rejected.path}' LIMIT 2`),
      ).toEqual([
        ['7', '-1', 'amount must be at least 0', '1'],
        ['107', '-1', 'amount must be at least 0', '1'],
      ]);
      const step = ran.steps.findLast(({ nodeId }) => nodeId === 'check');
      expect(step).toMatchObject({ status: 'succeeded', rows: 19_800, rejectedRows: 200 });
      expect(ran.log.map(({ message }) => message).join('\n')).toMatch(
        /Rejected 200 of 20,000 rows \(row 8: amount must/,
      );
    },
  );

  it('reads its source once, whoever reads the two sides', async () => {
    const ran = await bench.run(whole);
    const computed = ran.log.filter(({ message }) => /^Computed/.test(message));
    expect(computed).toHaveLength(1);
    expect(computed[0]).toMatchObject({ nodeId: 'check', fields: { rows: 20_000 } });
    expect(ran.result.rowsRead).toBe(20_000);
  });

  it('counts the bad rows even where nobody takes them', async () => {
    const ran = await bench.run(pipeline([orders, check(), good], wires.slice(0, 2)));
    expect(ran.steps.findLast(({ nodeId }) => nodeId === 'check')).toMatchObject({
      rows: 19_800,
      rejectedRows: 200,
    });
  });

  it('fails the run where it is told to, naming the first rows and their rules', async () => {
    const ran = await bench.run(pipeline([orders, check({ on_fail: 'fail' }), good], wires.slice(0, 2)));
    if (ran.end.outcome.ok) throw new Error('it went well');
    expect(ran.end.outcome).toMatchObject({ nodeId: 'check', error: { code: 'rows_refused' } });
    expect(ran.end.outcome.error.message).toBe(
      '200 of 20,000 rows do not keep the rules: row 8: amount must be at least 0; row 108: amount must be at least 0; row 208: amount must be at least 0.',
    );
    expect(ran.status).toMatchObject({ check: 'failed', good: 'skipped' });
  });

  it('fails nothing where all rows are good', async () => {
    const fine = check({ on_fail: 'fail', rules: [{ column: 'id', required: true }] });
    const ran = await bench.run(pipeline([orders, fine, good], wires.slice(0, 2)));
    expect(outputOf(ran, 'good').rows).toBe(20_000);
  });
});
