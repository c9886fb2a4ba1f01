import { expect, test } from 'vitest';
import { parseReceivedKey, receivedKey } from '../../shared/plan/received.ts';
import { problemPlaces, reachedBy, runNode } from '../_kit/test-kit.ts';

const id = '0190a000-0000-7000-8000-000000000001';

test('the batch of a source is all it reaches', () => {
  expect(reachedBy('received', { source: 'orders' })).toEqual({
    readsReceived: [receivedKey('orders', 'newest')],
  });
  expect(reachedBy('received', { source: 'orders', batch: '$batch' })).toEqual({
    readsReceived: [receivedKey('orders', '$batch')],
  });
  expect(parseReceivedKey(receivedKey('a "b"', id))).toEqual({ source: 'a "b"', batch: id });
});

test('a source that got nothing is a problem at its name', async () => {
  expect(problemPlaces(await runNode('received', { source: 'orders' }))).toEqual([
    'nothing_received at source',
  ]);
});

test('problems: no source, a batch that is none', async () => {
  expect(problemPlaces(await runNode('received', { source: '' }))).toEqual(['invalid_config at source']);
  expect(problemPlaces(await runNode('received', { source: 'a', batch: 'last' }))).toEqual([
    'invalid_config at batch',
  ]);
});
