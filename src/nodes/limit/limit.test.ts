import { expect, test } from 'vitest';
import { problemPlaces, runNode } from '../_kit/test-kit.ts';

const rows = Array.from({ length: 200 }, (_row, id) => ({ id }));
const ids = async (config: Record<string, unknown>) => {
  const result = await runNode('limit', config, { in: rows });
  expect(result.problems).toEqual([]);
  return result.rows.map(({ id }) => Number(id));
};

test('the first rows, after some that are skipped', async () => {
  expect(await ids({ count: 3 })).toEqual([0, 1, 2]);
  expect(await ids({ count: 3, offset: 198 })).toEqual([198, 199]);
  expect(await ids({ count: 0 })).toEqual([]);
});

test('a sample has so many rows, in their order, the same for the same seed', async () => {
  const sample = await ids({ mode: 'sample', count: 20, seed: 3 });
  expect(new Set(sample).size).toBe(20);
  expect(sample).toEqual([...sample].sort((left, right) => left - right));
  expect(await ids({ mode: 'sample', count: 20, seed: 3 })).toEqual(sample);
  expect(await ids({ mode: 'sample', count: 20, seed: 4 })).not.toEqual(sample);
});

test('a sample in percent is about that share, all of it at 100 and none at 0', async () => {
  const half = await ids({ mode: 'percent', percent: 50 });
  expect(half.length).toBeGreaterThan(60);
  expect(half.length).toBeLessThan(140);
  expect(await ids({ mode: 'percent', percent: 100 })).toHaveLength(200);
  expect(await ids({ mode: 'percent', percent: 0 })).toEqual([]);
});

test.each([
  [{ count: -1 }, 'count'],
  [{ count: 1.5 }, 'count'],
  [{ mode: 'percent', percent: 101 }, 'percent'],
])('%j is refused', async (config, field) => {
  expect(problemPlaces(await runNode('limit', config, { in: rows }))).toEqual([`invalid_config at ${field}`]);
});
