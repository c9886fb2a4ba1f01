import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDatasetKey } from '../../shared/plan/dataset-key.ts';
import { expectRows, parquetOf, problemPlaces, reachedBy, runNode } from '../_kit/test-kit.ts';

const versionId = '0190a000-0000-7000-8000-000000000001';
let folder = '';

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sluice-dataset-')));
  await writeFile(join(folder, 'v1.parquet'), await parquetOf("SELECT 1::BIGINT AS id, 'x' AS name"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = (config: Record<string, unknown>) => {
  const version = { datasetId: 'd', versionId, path: join(folder, 'v1.parquet'), rows: 1 };
  return runNode(
    'dataset',
    config,
    {},
    { datasets: { 'my orders': version, [`my orders@${versionId}`]: version } },
  );
};

test('the rows of the version that main resolved', async () => {
  expectRows(await read({ name: 'my orders' }), [{ id: 1, name: 'x' }]);
});

test('one version for ever', async () => {
  const result = await read({ name: 'my orders', version_id: versionId });
  expectRows(result, [{ id: 1, name: 'x' }]);
  expect(result.plan?.outputs.out).toMatchObject({ rel: 'read-dataset', versionId });
});

test('a dataset that is not there is a problem at its name', async () => {
  const result = await read({ name: 'orders' });
  expect(result.problems[0]).toMatchObject({ severity: 'error', nodeId: 'node', path: ['name'] });
  const old = await read({ name: 'my orders', version_id: versionId.replace(/1$/, '2') });
  expect(problemPlaces(old)).toEqual(['dataset_missing at version_id']);
});

test('problems: no name, a version that is no id', async () => {
  expect(problemPlaces(await read({ name: '' }))).toEqual(['invalid_config at name']);
  expect(problemPlaces(await read({ name: 'my orders', version_id: 'latest' }))).toEqual([
    'invalid_config at version_id',
  ]);
});

test('the dataset is all it reaches', () => {
  expect(reachedBy('dataset', { name: 'a' })).toEqual({ readsDatasets: ['a'] });
  expect(reachedBy('dataset', { name: 'a', version_id: versionId })).toEqual({
    readsDatasets: [`a@${versionId}`],
  });
  expect(parseDatasetKey(`a@b@${versionId}`)).toEqual({ name: 'a@b', versionId });
  expect(parseDatasetKey('a@b')).toEqual({ name: 'a@b', versionId: undefined });
});
