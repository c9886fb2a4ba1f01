import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorCatalog } from '../../shared/errors/catalog.ts';
import { retryWait } from '../../shared/pipeline/backoff.ts';
import { type Backoff, backoffSchema } from '../../shared/pipeline/document.ts';
import { crashLimit, nextTry } from './run-retry.ts';

const policy = (parts: Partial<Backoff>): Backoff => backoffSchema.parse({ jitter: false, ...parts });

test('only causes that another attempt can mend are tried again', () => {
  const mendable = Object.keys(errorCatalog).filter(
    (code) => nextTry({ causes: [code], policy: policy({ attempts: 5 }) }) !== undefined,
  );
  expect(mendable.sort()).toEqual([
    'disk_full',
    'engine_crashed',
    'file_missing',
    'interrupted',
    'publish_failed',
    'source_unreachable',
    'stopping',
    'timed_out',
  ]);
});

test('without a policy a run goes on after crashes alone, and three of them end it', () => {
  expect(nextTry({ causes: ['disk_full'], policy: undefined })).toBeUndefined();
  expect(nextTry({ causes: ['interrupted'], policy: undefined })).toBe(0);
  expect(nextTry({ causes: ['engine_crashed'], policy: undefined })).toBeGreaterThan(0);
  expect(nextTry({ causes: ['interrupted', 'engine_crashed'], policy: undefined })).toBeGreaterThan(0);
  expect(nextTry({ causes: ['interrupted', 'engine_crashed', 'interrupted'], policy: undefined })).toBe(
    undefined,
  );
});

test('one attempt written out means never again, whatever happened', () => {
  for (const cause of ['interrupted', 'engine_crashed', 'stopping', 'disk_full'])
    expect(nextTry({ causes: [cause], policy: policy({ attempts: 1 }) })).toBeUndefined();
});

test('an orderly stop costs no attempt', () => {
  const two = policy({ attempts: 2, backoff: 'fixed', delay: '3s' });
  expect(nextTry({ causes: ['stopping', 'stopping', 'stopping'], policy: two })).toBe(0);
  expect(nextTry({ causes: ['stopping', 'stopping', 'disk_full'], policy: two })).toBe(3000);
  expect(nextTry({ causes: ['stopping', 'disk_full', 'disk_full'], policy: two })).toBeUndefined();
  expect(nextTry({ causes: Array(9).fill('stopping'), policy: undefined })).toBe(0);
});

test('a run that kills its engine three times has failed, however many attempts it may have', () => {
  const twenty = policy({ attempts: 20 });
  expect(nextTry({ causes: ['engine_crashed', 'engine_crashed'], policy: twenty })).toBeGreaterThan(0);
  expect(nextTry({ causes: Array(3).fill('engine_crashed'), policy: twenty })).toBeUndefined();
  expect(nextTry({ causes: Array(19).fill('interrupted'), policy: twenty })).toBe(0);
});

test('a fixed wait stays, an exponential one doubles up to its bound, and jitter takes at most half away', () => {
  const fixed = policy({ backoff: 'fixed', delay: '2s' });
  expect([1, 2, 9].map((failures) => retryWait(fixed, failures))).toEqual([2000, 2000, 2000]);
  const growing = policy({ delay: '1s', maxDelay: '5s' });
  expect([1, 2, 3, 4, 20].map((failures) => retryWait(growing, failures))).toEqual([
    1000, 2000, 4000, 5000, 5000,
  ]);
  const shaken = policy({ delay: '1s', jitter: true });
  expect([0, 0.5, 0.999].map((random) => retryWait(shaken, 2, random))).toEqual([2000, 1500, 1001]);
  expect(retryWait(policy({ delay: '300d' }), 20)).toBe(24 * 3_600_000);
});

test('however attempts end, a run is tried a bounded number of times', () => {
  const cause = fc.constantFrom('interrupted', 'engine_crashed', 'disk_full', 'timed_out', 'file_missing');
  const policies = fc.option(
    fc.record({
      attempts: fc.integer({ min: 1, max: 20 }),
      backoff: fc.constantFrom('fixed' as const, 'exponential' as const),
      jitter: fc.boolean(),
      delay: fc.constantFrom('1ms', '5s', '1h'),
    }),
    { nil: undefined },
  );
  fc.assert(
    fc.property(fc.array(cause, { minLength: 20, maxLength: 20 }), policies, (ends, written) => {
      const causes: string[] = [];
      for (const end of ends) {
        causes.push(end);
        if (nextTry({ causes, policy: written }) === undefined) break;
      }
      expect(causes.length).toBeLessThanOrEqual(written?.attempts ?? crashLimit);
      const deaths = causes.filter((code) => code === 'engine_crashed').length;
      expect(deaths).toBeLessThanOrEqual(crashLimit);
    }),
  );
});
