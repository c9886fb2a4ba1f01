import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KeyPlan, type KeySummary, keyPlans } from '../../shared/contract/domain.ts';
import { manualClock } from '../platform/clock.ts';
import type { Admission } from './rate-limits.ts';
import { afterOne, type RateRule, standingOf, waitFor } from './rate-rule.ts';
import { type TempOptions, tempServices } from './testing/temp-services.ts';

const second = 1_000;
const hundredAMinute: RateRule = { name: 'minute', limit: 100, milliseconds: 60_000 };

function bench(plan: KeyPlan = 'standard', options: TempOptions = {}) {
  const made = tempServices(undefined, undefined, options);
  const key = made.services.keys.create({ name: plan, scopes: ['all'], environment: 'live', plan });
  /** Door 4: 100 a minute and 1000 an hour, nothing about how many at once. */
  const ask = (who: KeySummary = key) => made.services.limits.admit([who], 'dataos') as Admission;
  return { ...made, key, ask };
}

const accepted = (answers: readonly Admission[]): number => answers.filter(({ admitted }) => admitted).length;

describe('the arithmetic', () => {
  test('at any load, no span of time gets more than the limit and what was given back in it', () => {
    const gaps = fc.array(fc.nat(2_000), { minLength: 50, maxLength: 400 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 50 }), (waits, limit) => {
        const rule: RateRule = { name: 'minute', limit, milliseconds: 10_000 };
        let now = 0;
        let freeAt = 0;
        const times: number[] = [];
        for (const wait of waits) {
          now += wait;
          if (waitFor(rule, freeAt, now) > 0) continue;
          freeAt = afterOne(rule, freeAt, now);
          times.push(now);
        }
        times.forEach((start, from) => {
          for (let to = from; to < times.length; to += 1) {
            const span = (times[to] ?? 0) - start;
            expect(to - from + 1).toBeLessThanOrEqual(limit + Math.ceil(((span + 5) / 10_000) * limit) + 1);
          }
        });
      }),
      { numRuns: 50 },
    );
  });

  test('what is told fits what happens: as many as remain are let in, and the next one is not', () => {
    const limits = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: 400 }), fc.nat(60_000), (limit, before, pause) => {
        const rule: RateRule = { name: 'minute', limit, milliseconds: 60_000 };
        let freeAt = 0;
        let now = 1_000;
        const ask = (): boolean => {
          if (waitFor(rule, freeAt, now) > 0) return false;
          freeAt = afterOne(rule, freeAt, now);
          return true;
        };
        for (let index = 0; index < before; index += 1) ask();
        now += pause;
        const { remaining } = standingOf(rule, freeAt, now);
        for (let index = 0; index < remaining; index += 1) expect(ask()).toBe(true);
        // Some milliseconds of lenience may let one more in where one comes back every few of them.
        const interval = rule.milliseconds / rule.limit;
        if (waitFor(rule, freeAt, now) > 0 || interval > 250)
          expect(standingOf(rule, freeAt, now).remaining).toBe(0);
      }),
    );
  });

  test('a bucket that was emptied is told as full again when it is', () => {
    const freeAt = Array.from({ length: 100 }).reduce((at: number) => afterOne(hundredAMinute, at, 0), 0);
    expect(standingOf(hundredAMinute, freeAt, 0)).toEqual({
      remaining: 0,
      freeIn: expect.closeTo(60_000, 5),
    });
    expect(standingOf(hundredAMinute, freeAt, 60_001)).toEqual({ remaining: 100, freeIn: 0 });
  });
});

describe('limits of a key at a door', () => {
  test('1,000 within a second: 100 to 102 are let in', () => {
    const { ask, clock } = bench();
    const answers = Array.from({ length: 1_000 }, () => {
      clock.advance(1);
      return ask();
    });
    expect(accepted(answers)).toBeGreaterThanOrEqual(100);
    expect(accepted(answers)).toBeLessThanOrEqual(102);
  });

  test('100 at the end of one minute and 100 at the start of the next are not 200', () => {
    const { ask, clock } = bench();
    clock.advance(59.5 * second);
    const before = accepted(Array.from({ length: 100 }, () => ask()));
    clock.advance(second);
    const after = accepted(Array.from({ length: 100 }, () => ask()));
    expect(before).toBe(100);
    expect(before + after).toBeLessThanOrEqual(105);
  });

  test('who waits exactly as long as it was told is let in, 1,000 times of 1,000', () => {
    const { ask, clock } = bench();
    let waited = 0;
    for (let tries = 0; waited < 1_000; tries += 1) {
      const answer = ask();
      if (answer.admitted) continue;
      expect(Number.isInteger(answer.seconds) && answer.seconds >= 1).toBe(true);
      clock.advance(answer.seconds * second);
      expect(ask().admitted).toBe(true);
      waited += 1;
      expect(tries).toBeLessThan(5_000);
    }
  });

  test('all limits of a plan hold: the minute first, in the long run the hour', () => {
    const { ask, clock } = bench();
    let count = 0;
    let told = new Set<string>();
    for (let minute = 0; minute < 60; minute += 1) {
      for (let tries = 0; tries < 100; tries += 1) {
        const answer = ask();
        if (answer.admitted) count += 1;
        else told = told.add(answer.told.name);
      }
      clock.advance(60 * second);
    }
    expect(count).toBeGreaterThanOrEqual(1_000);
    // The hour gives back what is used in it: a burst of the limit, and the limit once more.
    expect(count).toBeLessThanOrEqual(2_000);
    expect(told).toContain('hour');
  });

  test('doors and keys do not share: one that is used up leaves the others alone', () => {
    const { services, ask, key } = bench();
    const other = services.keys.create({
      name: 'other',
      scopes: ['all'],
      environment: 'live',
      plan: 'standard',
    });
    while (ask().admitted);
    expect(ask(other).admitted).toBe(true);
    expect((services.limits.admit([key], 'dataflow') as Admission).admitted).toBe(true);
  });

  test('a key and the key that made it use up one limit', () => {
    const { services, key } = bench();
    const children = [1, 2, 3].map((number) =>
      services.keys.mint(key, { name: `${number}`, scopes: ['all'] }),
    );
    const answers = Array.from({ length: 300 }, (_none, index) => {
      const child = children[index % 3] ?? key;
      return services.limits.admit([child, key], 'dataos') as Admission;
    });
    expect(accepted(answers)).toBe(100);
  });

  test.each(keyPlans)('the plan %s can always say how it stands', (plan) => {
    const { ask, services, key } = bench(plan);
    const { told } = ask();
    expect(told.limit).toBeGreaterThan(told.remaining);
    expect(told.policies[0]).toMatchObject({ name: told.name, limit: told.limit });
    const standings = services.limits.standings(key);
    expect(standings.every(({ limit, remaining }) => remaining >= 0 && remaining <= limit)).toBe(true);
    expect(standings.filter(({ door }) => door === 'dataos').every(({ resetsAt }) => resetsAt !== null)).toBe(
      true,
    );
  });

  test('setting the wall clock shuts nobody out and gives nothing away', () => {
    for (const jump of [-3_600_000, 3_600_000]) {
      const { ask, clock } = bench();
      while (ask().admitted);
      clock.jump(jump);
      expect(ask().admitted).toBe(false);
      clock.advance(60 * second);
      expect(accepted(Array.from({ length: 200 }, () => ask()))).toBeLessThanOrEqual(100);
    }
  });
});

describe('what the store knows', () => {
  test('20 kills within a minute: never more than the limit and a tenth of it are let in', async () => {
    const first = bench();
    let total = 0;
    let { services } = first;
    for (let life = 0; life < 20; life += 1) {
      for (let tries = 0; tries < 40; tries += 1) {
        if ((services.limits.admit([first.key], 'dataos') as Admission).admitted) total += 1;
        first.clock.advance(10);
      }
      await committed();
      // Nothing is flushed: what lives on is what was committed.
      services = tempServices(first.home, first.store, { clock: restarted(first.clock.now()) }).services;
      first.clock.advance(50);
    }
    expect(total).toBeLessThanOrEqual(110);
    expect(total).toBeGreaterThanOrEqual(60);
  });

  test('after a stop the limits stand exactly where they stood', async () => {
    const first = bench();
    for (let count = 0; count < 37; count += 1) first.ask();
    await committed();
    first.services.limits.flush();
    const later = tempServices(first.home, first.store, { clock: restarted(first.clock.now()) });
    const answer = later.services.limits.admit([first.key], 'dataos') as Admission;
    expect(answer.told.remaining).toBe(62);
  });

  test('a wall clock that is an hour off at the start shuts nobody out for longer than a limit lasts', async () => {
    for (const off of [-3_600_000, 3_600_000]) {
      const first = bench();
      while (first.ask().admitted);
      await committed();
      const clock = restarted(first.clock.now() + off);
      const later = tempServices(first.home, first.store, { clock });
      const ask = () => (later.services.limits.admit([first.key], 'dataos') as Admission).admitted;
      expect(Array.from({ length: 300 }, ask).filter(Boolean).length).toBeLessThanOrEqual(100);
      clock.advance(3_600_000);
      expect(ask()).toBe(true);
    }
  });

  test('a refusal writes nothing and reads nothing', async () => {
    const { ask, store } = bench();
    while (ask().admitted);
    await committed();
    const before = store.diagnostics().queries;
    for (let count = 0; count < 3_000; count += 1) expect(ask().admitted).toBe(false);
    await committed();
    expect(store.diagnostics().queries).toBe(before);
  });

  test('using up a limit costs some twenty writes, not one a request', async () => {
    const { ask, store } = bench();
    const before = store.diagnostics().queries;
    for (let count = 0; count < 100; count += 1) {
      ask();
      await committed();
    }
    expect(store.diagnostics().queries - before).toBeLessThan(150);
  });
});

describe('requests at once', () => {
  const professional = () => {
    const made = bench('professional');
    const enter = (signal?: AbortSignal) => made.services.limits.admit([made.key], 'datapulse', signal);
    return { ...made, enter };
  };

  test('as many as the plan allows are under way; the next waits and follows the one that ends', async () => {
    const { enter, services, key } = professional();
    const running = await Promise.all(Array.from({ length: 15 }, () => enter()));
    expect(accepted(running)).toBe(15);
    const atOnce = () =>
      services.limits
        .standings(key)
        .find(({ door, window }) => door === 'datapulse' && window === 'concurrent');
    expect(atOnce()).toMatchObject({ limit: 15, remaining: 0 });
    const waiting = enter();
    leave(running[0]);
    expect((await waiting).admitted).toBe(true);
    expect(atOnce()?.remaining).toBe(0);
  });

  test('the wait is short: then it is refused, and told which limit it was', async () => {
    const { enter, clock } = professional();
    await Promise.all(Array.from({ length: 15 }, () => enter()));
    const waiting = enter();
    clock.advance(2_000);
    const answer = await waiting;
    expect(answer).toMatchObject({
      admitted: false,
      seconds: 1,
      told: { name: 'concurrent', remaining: 0, limit: 15 },
    });
  });

  test('a line that is full takes no more, and leaving twice gives back one place', async () => {
    const { enter } = professional();
    const running = await Promise.all(Array.from({ length: 15 }, () => enter()));
    const line = Array.from({ length: 15 }, () => enter());
    expect((await enter()).admitted).toBe(false);
    leave(running[0]);
    leave(running[0]);
    expect((await line[0])?.admitted).toBe(true);
    expect(await Promise.race([line[1], Promise.resolve('waits')])).toBe('waits');
  });

  test('who goes away while waiting takes no place', async () => {
    const { enter } = professional();
    const running = await Promise.all(Array.from({ length: 15 }, () => enter()));
    const gone = new AbortController();
    const left = enter(gone.signal);
    const stays = enter();
    gone.abort();
    expect((await left).admitted).toBe(false);
    leave(running[0]);
    expect((await stays).admitted).toBe(true);
  });
});

function leave(admission: Admission | undefined): void {
  if (admission?.admitted) admission.leave();
}

/** Another process: the wall clock goes on, the monotonic one begins anew. */
const restarted = (now: number) => manualClock(now);

/** After the commit that is under way. */
const committed = (): Promise<unknown> => turn();
