import { expect, test } from 'vitest';
import { keysContract } from '../../../shared/contract/keys.ts';
import { draftOf, freshDraft, inputOf, missing, rightsOf } from './key-draft.ts';

const named = { ...freshDraft, name: '  Nightly  ' };
/** What the call itself would say of the input. */
const create = (input: unknown) =>
  keysContract.create['~orpc'].inputSchema?.['~standard'].validate(input) as { issues?: unknown };

test('a fresh form needs a name and no more', () => {
  expect(missing(freshDraft)).toMatch(/name/);
  expect(missing(named)).toBeUndefined();
  expect(inputOf(named)).toMatchObject({ name: 'Nightly', environment: 'live', expires: '2160h' });
  expect(create(inputOf(named)).issues).toBeUndefined();
});

test('a key that never expires names no lifetime, one of so many days names its hours', () => {
  expect(inputOf({ ...named, lifetime: 'never' })).not.toHaveProperty('expires');
  const days = inputOf({ ...named, lifetime: 'days', days: 3 });
  expect(days).toMatchObject({ expires: '72h' });
  expect(create(days).issues).toBeUndefined();
});

test('no right, and no day, is told before anything is sent', () => {
  expect(missing({ ...named, scopes: [] })).toMatch(/may do/);
  expect(missing({ ...named, lifetime: 'days', days: null })).toMatch(/days/);
  expect(missing({ ...named, lifetime: 'days', days: 0 })).toMatch(/days/);
});

test('a key that reaches no pipeline yet stays so: no pipelines are not all pipelines', () => {
  expect(rightsOf({ ...named, pipelineIds: [] }).pipelineIds).toEqual([]);
  expect(rightsOf(named).pipelineIds).toBeNull();
});

test('the rights of a key come back unchanged from its form', () => {
  const key = {
    id: crypto.randomUUID(),
    name: 'k',
    prefix: 'slc_test_aaaaaaaa',
    environment: 'sandbox' as const,
    scopes: ['dataos:read', 'dataos:tokens'],
    plan: 'enterprise',
    pipelineIds: [crypto.randomUUID()],
    folders: ['/data'],
    createdAt: '2026-01-01T00:00:00.000Z',
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    previousUntil: null,
  };
  const { name, scopes, plan, pipelineIds, folders } = key;
  expect(rightsOf(draftOf(key as Parameters<typeof draftOf>[0]))).toEqual({
    name,
    scopes,
    plan,
    pipelineIds,
    folders,
  });
});
