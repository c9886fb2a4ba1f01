import { expect, test } from 'vitest';
import { resolveParameters } from './parameter-values.ts';
import { sampleDocument } from './testing/temp-services.ts';

const document = sampleDocument('P', {
  parameters: {
    name: { type: 'text', default: 'x' },
    count: { type: 'integer' },
    share: { type: 'number', default: 0.5 },
    dry: { type: 'boolean', default: false },
    since: { type: 'date', default: '2024-01-01' },
    at: { type: 'timestamp', default: '2024-01-01T00:00:00Z' },
  },
});

test('defaults fill what is not given', () => {
  expect(resolveParameters(document, { count: 3 })).toEqual({
    name: 'x',
    count: 3,
    share: 0.5,
    dry: false,
    since: '2024-01-01',
    at: '2024-01-01T00:00:00Z',
  });
});

test.each([
  ['count', '7', 7],
  ['count', '9223372036854775807', '9223372036854775807'],
  ['count', -3, -3],
  ['share', '1e3', 1000],
  ['dry', 'true', true],
  ['since', '2024-02-29', '2024-02-29'],
  ['at', '2024-02-29 08:30:00.123456', '2024-02-29 08:30:00.123456'],
  ['at', '2024-02-29T08:30:00+02:00', '2024-02-29T08:30:00+02:00'],
  ['name', '', ''],
])('%s takes %j as %j', (name, given, value) => {
  expect(resolveParameters(document, { count: 1, [name]: given })[name]).toBe(value);
});

test.each([
  ['count', 1.5],
  ['count', 2 ** 60],
  ['count', '9223372036854775808'],
  ['count', ''],
  ['count', '1; drop'],
  ['share', ''],
  ['share', 'Infinity'],
  ['share', Number.NaN],
  ['dry', 'yes'],
  ['dry', 1],
  ['since', '2024-02-30'],
  ['since', '2024-1-1'],
  ['at', '2024-01-01T25:00:00Z'],
  ['at', 'now'],
  ['name', 5],
])('%s refuses %j and says what it wants', (name, given) => {
  expect(() => resolveParameters(document, { count: 1, [name]: given })).toThrow(
    expect.objectContaining({
      code: 'invalid_parameters',
      message: expect.stringContaining(`"${name}" must be`),
    }),
  );
});

test('a missing and an undeclared value are both named', () => {
  expect(() => resolveParameters(document, { other: 1, constructor: 'x' })).toThrow(
    /"count" has no default and must be given.*no parameter "other".*no parameter "constructor"/,
  );
});
