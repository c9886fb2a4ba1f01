import { expect, test } from 'vitest';
import type { KeySummary } from '../../shared/contract/domain.ts';
import { deedsOf, isCandidate, isOutside, reachingKeys } from './reach.ts';

const pipeline = { id: '019a0000-0000-7000-8000-000000000001', environment: null };
const other = '019a0000-0000-7000-8000-000000000002';

function key(over: Partial<KeySummary>): KeySummary {
  return {
    id: crypto.randomUUID(),
    name: 'k',
    prefix: 'slc_live_aaaaaaaa',
    environment: 'live',
    scopes: ['execution:run'],
    plan: 'standard',
    pipelineIds: null,
    folders: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    previousUntil: null,
    ...over,
  } as KeySummary;
}

test('keys that were added come first, then those that reach all and can do something with it', () => {
  const added = key({ name: 'added', pipelineIds: [pipeline.id] });
  const all = key({ name: 'all' });
  const keys = [
    all,
    key({ name: 'elsewhere', pipelineIds: [other] }),
    key({ name: 'no right', scopes: ['dataos:read'] }),
    key({ name: 'ended', revokedAt: '2026-01-02T00:00:00.000Z' }),
    added,
  ];
  expect(reachingKeys(keys, pipeline)).toEqual([added, all]);
});

test('an added key without a right on pipelines is shown, so that it can be taken off', () => {
  const added = key({ pipelineIds: [pipeline.id], scopes: ['datapulse:read'] });
  expect(reachingKeys([added], pipeline)).toEqual([added]);
  expect(deedsOf(added.scopes)).toBeUndefined();
});

test('a pipeline of one environment is reached by keys of it alone', () => {
  const sandboxed = { ...pipeline, environment: 'sandbox' as const };
  expect(isCandidate(key({}), sandboxed)).toBe(false);
  expect(isCandidate(key({ environment: 'sandbox' }), sandboxed)).toBe(true);
  expect(isCandidate(key({}), pipeline)).toBe(true);
});

test('only a limited key can stand outside', () => {
  expect(isOutside(key({}), pipeline)).toBe(false);
  expect(isOutside(key({ pipelineIds: [] }), pipeline)).toBe(true);
  expect(isOutside(key({ pipelineIds: [pipeline.id] }), pipeline)).toBe(false);
});

test('what a key may do with a pipeline is said in words', () => {
  expect(deedsOf(['execution:run', 'cloudflow:read'])).toBe('start it, see how it went');
  expect(deedsOf(['all'])).toBe('start it, see how it went, change it');
});
