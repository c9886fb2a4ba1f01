import { expect, test } from 'vitest';
import { pipeline } from './testing/engine-kit.ts';
import { collide, writeClaims } from './write-claims.ts';

const rows = { kind: 'rows', config: { rows: [{ a: 1 }] } };

function claims(
  name: string,
  mode: 'append' | 'replace',
  { environment = 'live', upTo }: { environment?: 'live' | 'sandbox'; upTo?: string } = {},
) {
  const document = pipeline({ rows, save: { kind: 'save-dataset', config: { name, mode } } }, [
    'rows > save',
  ]);
  return writeClaims({ document, environment, upTo });
}

test('who appends must be alone with its dataset; two that replace may run side by side', () => {
  expect(collide(claims('a', 'append'), claims('a', 'append'))).toBe(true);
  expect(collide(claims('a', 'append'), claims('a', 'replace'))).toBe(true);
  expect(collide(claims('a', 'replace'), claims('a', 'append'))).toBe(true);
  expect(collide(claims('a', 'replace'), claims('a', 'replace'))).toBe(false);
});

test('names are the same dataset when the store takes them for one', () => {
  expect(collide(claims('Caf\u00e9', 'append'), claims(' cafe\u0301 ', 'append'))).toBe(true);
  expect(collide(claims('a', 'append'), claims('b', 'append'))).toBe(false);
});

test('environments are apart, and a step that is not run claims nothing', () => {
  expect(collide(claims('a', 'append'), claims('a', 'append', { environment: 'sandbox' }))).toBe(false);
  expect(claims('a', 'append', { upTo: 'rows' }).size).toBe(0);
});
