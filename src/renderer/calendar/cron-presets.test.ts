import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cronOf, planOf } from './cron-presets.ts';

test('a plan and its pattern say the same', () => {
  const plan = fc.record({
    rhythm: fc.constantFrom(
      'minutes' as const,
      'hourly' as const,
      'daily' as const,
      'weekly' as const,
      'monthly' as const,
    ),
    every: fc.integer({ min: 1, max: 59 }),
    minute: fc.integer({ min: 0, max: 59 }),
    hour: fc.integer({ min: 0, max: 23 }),
    weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
    day: fc.integer({ min: 1, max: 31 }),
  });
  fc.assert(
    fc.property(plan, (given) => {
      const cron = cronOf(given, '');
      const found = planOf(cron);
      expect(found.rhythm).toBe(given.rhythm);
      expect(cronOf(found, '')).toBe(cron);
    }),
  );
});

test.each(['0 2 1 1 *', '*/5 8-17 * * *', '0 0 * * * *', '0 2 L * *', '0 2 * * 5-1', 'nonsense', ''])(
  '"%s" is left as the pattern that it is',
  (cron) => {
    const plan = planOf(cron);
    expect(plan.rhythm).toBe('pattern');
    expect(cronOf(plan, cron)).toBe(cron);
  },
);
