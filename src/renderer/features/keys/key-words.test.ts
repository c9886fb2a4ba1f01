import { expect, test } from 'vitest';
import { keyState, scopeText, snippet } from './key-words.ts';

const now = Date.parse('2026-06-01T00:00:00.000Z');

test('a revoked key is revoked even when it also expired', () => {
  const key = { revokedAt: '2026-05-01T00:00:00.000Z', expiresAt: '2026-04-01T00:00:00.000Z' };
  expect(keyState(key, now)).toBe('revoked');
});

test('a key is expired from the moment it names', () => {
  expect(keyState({ revokedAt: null, expiresAt: '2026-06-01T00:00:00.000Z' }, now)).toBe('expired');
  expect(keyState({ revokedAt: null, expiresAt: '2026-06-01T00:00:00.001Z' }, now)).toBe('active');
  expect(keyState({ revokedAt: null, expiresAt: null }, now)).toBe('active');
});

test('an unknown scope is shown as it is', () => {
  expect(scopeText(['execution:run', 'new:verb'])).toBe('start runs, new:verb');
});

test.each(['curl', 'python', 'javascript'] as const)(
  'the %s snippet holds the address and the key',
  (language) => {
    const text = snippet(language, 'http://127.0.0.1:7430', 'slc_live_x');
    expect(text).toContain('http://127.0.0.1:7430/api/pub/v1/dataflows/');
    expect(text).toContain('slc_live_x');
  },
);
