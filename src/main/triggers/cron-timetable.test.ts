import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cronTimetable } from './cron-timetable.ts';

/** Around every change of the clock of 2026 in five zones: forwards, backwards, by half an hour, at midnight. */
const changes = [
  { zone: 'Europe/Berlin', from: '2026-03-27T00:00:00Z', to: '2026-03-31T00:00:00Z' },
  { zone: 'Europe/Berlin', from: '2026-10-23T00:00:00Z', to: '2026-10-27T00:00:00Z' },
  { zone: 'America/New_York', from: '2026-03-06T00:00:00Z', to: '2026-03-10T00:00:00Z' },
  { zone: 'America/New_York', from: '2026-10-30T00:00:00Z', to: '2026-11-03T00:00:00Z' },
  { zone: 'Australia/Lord_Howe', from: '2026-04-03T00:00:00Z', to: '2026-04-07T00:00:00Z' },
  { zone: 'Australia/Lord_Howe', from: '2026-10-02T00:00:00Z', to: '2026-10-06T00:00:00Z' },
  { zone: 'America/Santiago', from: '2026-04-03T00:00:00Z', to: '2026-04-07T00:00:00Z' },
  { zone: 'America/Santiago', from: '2026-09-04T00:00:00Z', to: '2026-09-08T00:00:00Z' },
  { zone: 'Africa/Cairo', from: '2026-04-22T00:00:00Z', to: '2026-04-26T00:00:00Z' },
  { zone: 'Africa/Cairo', from: '2026-10-28T00:00:00Z', to: '2026-11-01T00:00:00Z' },
];
const minute = 60_000;

interface Local {
  readonly day: string;
  readonly minutes: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows, by the platform alone. */
function local(time: number, zone: string): Local {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(zone, format);
  }
  const [day = '', clock = ''] = format.format(time).split(' ');
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return { day, minutes: hours * 60 + minutes };
}

/** Named times by the stated rule, found by walking every minute: once a day, after the gap where the time is skipped. */
function namedTimes(times: readonly number[], zone: string, from: number, to: number): number[] {
  const found = new Set<number>();
  const fired = new Set<string>();
  let before = local(from - minute, zone);
  for (let at = from; at < to; at += minute) {
    const now = local(at, zone);
    for (const wanted of times) {
      const key = `${now.day} ${wanted}`;
      const skipped =
        now.day === before.day ? wanted > before.minutes && wanted < now.minutes : wanted < now.minutes;
      if (!fired.has(key) && (now.minutes === wanted || skipped)) {
        fired.add(key);
        found.add(at);
      }
    }
    before = now;
  }
  return [...found];
}

/** Patterns with a wildcard: every instant whose wall clock fits. */
function everyTime(fits: (minutes: number) => boolean, zone: string, from: number, to: number): number[] {
  const found: number[] = [];
  for (let at = from; at < to; at += minute) if (fits(local(at, zone).minutes)) found.push(at);
  return found;
}

const span = (from: string, to: string) => ({ after: Date.parse(from) - 1, upTo: Date.parse(to) - 1 });

test.each(changes)(
  'named times come once a day through the change of $zone from $from',
  ({ zone, from, to }) => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 59 }),
        (hours, minutes) => {
          const times = hours.map((hour) => hour * 60 + minutes);
          const { slots } = cronTimetable.between(
            `${minutes} ${hours.join(',')} * * *`,
            zone,
            span(from, to),
            1000,
          );
          expect(slots).toEqual(namedTimes(times, zone, Date.parse(from), Date.parse(to)));
        },
      ),
      {
        numRuns: 25,
        examples: [
          [[2], 30],
          [[1, 2, 3], 0],
          [[0], 0],
          [[23], 45],
        ].map((each) => each as [number[], number]),
      },
    );
  },
);

test.each(changes)(
  'patterns with a wildcard count real time through the change of $zone from $from',
  ({ zone, from, to }) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 59 }), fc.boolean(), (step, everyHour) => {
        const cron = everyHour ? `${step} * * * *` : `*/${step} * * * *`;
        const fits = everyHour ? (at: number) => at % 60 === step : (at: number) => (at % 60) % step === 0;
        const { slots } = cronTimetable.between(cron, zone, span(from, to), 10_000);
        expect(slots).toEqual(everyTime(fits, zone, Date.parse(from), Date.parse(to)));
      }),
      { numRuns: 20 },
    );
  },
);

test('going from slot to slot and listing a span find the same, and the last of too many are the newest', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...changes),
      fc.constantFrom('*/7 * * * *', '30 2 * * *', '0 0 * * *', '15 1,2,3 * * *', '*/20 30 * * * *'),
      fc.integer({ min: 1, max: 40 }),
      ({ zone, from, to }, cron, limit) => {
        const all = cronTimetable.between(cron, zone, span(from, to), 100_000).slots;
        const stepped: number[] = [];
        for (
          let at = cronTimetable.next(cron, zone, span(from, to).after);
          at !== undefined && at < Date.parse(to);
          at = cronTimetable.next(cron, zone, at)
        ) {
          stepped.push(at);
          if (stepped.length > 1) expect(cronTimetable.previous(cron, zone, at)).toBe(stepped.at(-2));
        }
        expect(stepped).toEqual(all);
        const cut = cronTimetable.between(cron, zone, span(from, to), limit);
        expect(cut.more).toBe(all.length > limit);
        expect(cut.slots).toEqual(all.slice(-limit));
        expect(cut.first).toBe(all[0]);
      },
    ),
    { numRuns: 40 },
  );
});

test('what cannot be read says why, and a date that never comes is told', () => {
  expect(cronTimetable.check('0 2 * * *', 'Europe/Berlin')).toBeUndefined();
  expect(cronTimetable.check('*/5 * * * * *', 'UTC')).toBeUndefined();
  expect(cronTimetable.check('* * *', 'UTC')?.message).toMatch(/five fields.*this one has 3/);
  expect(cronTimetable.check('61 * * * *', 'UTC')?.message).toMatch(
    /"61 \* \* \* \*" cannot be read.*minute/,
  );
  expect(cronTimetable.check('0 0 30 2 *', 'UTC')?.message).toMatch(/never comes/);
  expect(cronTimetable.check('0 2 * * *', 'Europe/Atlantis')).toMatchObject({ field: 'timezone' });
  expect(cronTimetable.check('0 2 * * *', '')).toMatchObject({ field: 'timezone' });
});

test.each([
  ['0 2 * * *', 'At 02:00'],
  ['30 2,14 * * *', 'At 02:30 and 14:30'],
  ['0 9 * * 1-5', 'At 09:00 on weekdays'],
  ['0 9 * * MON', 'At 09:00 on Monday'],
  ['0 9 1 * *', 'At 09:00 on day 1 of the month'],
  ['0 9 L * *', 'At 09:00 on the last day of the month'],
  ['0 9 * * 1#2', 'At 09:00 on the second Monday of the month'],
  ['*/15 * * * *', 'Every 15 minutes'],
  ['*/15 8-17 * * *', 'Every 15 minutes from 08:00 to 17:59'],
  ['0 * * * *', 'Every hour'],
  ['30 * * * *', 'Every hour at minute 30'],
  ['* * * * * *', 'Every second'],
  ['*/10 * * * * *', 'Every 10 seconds'],
  ['@daily', 'At 00:00'],
  ['0 0 1 1 *', 'At 00:00 on day 1 of the month in January'],
])('%s reads as "%s"', (cron, words) => {
  expect(cronTimetable.words(cron)).toBe(words);
});
