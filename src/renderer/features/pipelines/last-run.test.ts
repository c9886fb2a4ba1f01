import { expect, test } from 'vitest';
import type { PipelineSummary } from '../../../shared/contract/domain.ts';
import { withLastRun } from './last-run.ts';

const at = '2026-01-01T00:00:00.000Z';
const later = '2026-01-02T00:00:00.000Z';
const pipeline = (id: string, lastRun: PipelineSummary['lastRun'] = null): PipelineSummary => ({
  id,
  name: id,
  description: '',
  revision: 1,
  nodeCount: 1,
  sample: false,
  environment: null,
  workspace: 'public',
  createdAt: at,
  updatedAt: at,
  lastRun,
});
const run = (id: string, status: 'running' | 'failed') => ({ id, pipelineId: 'p', status, queuedAt: later });

test('a first run appears at its pipeline and nowhere else', () => {
  const [p, q] = withLastRun([pipeline('p'), pipeline('q')], run('2', 'running'));
  expect(p?.lastRun).toEqual({ id: '2', status: 'running', at: later });
  expect(q?.lastRun).toBeNull();
});

test('the same run moves on and keeps its time', () => {
  const known = pipeline('p', { id: '2', status: 'running', at });
  expect(withLastRun([known], run('2', 'failed'))[0]?.lastRun).toEqual({ id: '2', status: 'failed', at });
});

test('an older run that ends late does not hide the newer one', () => {
  const known = pipeline('p', { id: '3', status: 'running', at });
  expect(withLastRun([known], run('2', 'failed'))[0]?.lastRun?.id).toBe('3');
});
