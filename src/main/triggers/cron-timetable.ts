import { Cron } from 'croner';
import type { Timetable, TimetableSpan } from '../services/trigger-ports.ts';
import { cronWords } from './cron-words.ts';

/**
 * Slots of cron patterns in a time zone, as UTC instants.
 *
 * The rule for daylight saving: a pattern that names its times (no `*` or step in seconds, minutes and hours) means
 * every named local time once a day. One that the clock skips fires at the first instant after the gap; one that comes
 * twice fires the first time. A pattern with `*` or a step counts real time: it fires at every matching instant, both
 * times in a doubled hour and not at all in a skipped one.
 */
export const cronTimetable: Timetable = {
  check(cron, timezone) {
    if (!isZone(timezone)) {
      return {
        field: 'timezone',
        message: `There is no time zone "${timezone.slice(0, 64)}". Write one such as Europe/Berlin or UTC.`,
      };
    }
    try {
      return patternOf(cron, timezone).nextRun(new Date()) === null
        ? { field: 'cron', message: 'This schedule never comes: no date fits it.' }
        : undefined;
    } catch (error) {
      return { field: 'cron', message: worded(error, cron) };
    }
  },

  next(cron, timezone, after) {
    // croner looks from the next whole second on, and counts a reference inside one as that second.
    return patternOf(cron, timezone)
      .nextRun(new Date(floorSecond(after)))
      ?.getTime();
  },

  between(cron, timezone, span, limit) {
    const pattern = patternOf(cron, timezone);
    const found: number[] = [];
    let at = pattern.nextRun(new Date(floorSecond(span.after)))?.getTime();
    while (at !== undefined && at <= span.upTo) {
      if (found.length === limit) return { slots: newest(pattern, span, limit), first: found[0], more: true };
      found.push(at);
      at = pattern.nextRun(new Date(at))?.getTime();
    }
    return { slots: found, first: found[0], more: false };
  },

  previous(cron, timezone, before) {
    return patternOf(cron, timezone).previousRuns(1, new Date(before))[0]?.getTime();
  },

  words: cronWords,
};

/** The last slots of a span that holds more than can be listed, oldest first. */
function newest(pattern: Cron, { after, upTo }: TimetableSpan, limit: number): number[] {
  return pattern
    .previousRuns(limit, new Date(floorSecond(upTo) + 1000))
    .map((slot) => slot.getTime())
    .filter((slot) => slot > after && slot <= upTo)
    .reverse();
}

const patterns = new Map<string, Cron>();
const patternsKept = 500;

/** Parsing costs more than a look ahead; a pattern object without a function starts no timer. */
function patternOf(cron: string, timezone: string): Cron {
  const key = `${timezone}\n${cron}`;
  const known = patterns.get(key);
  if (known) return known;
  const made = new Cron(cron.trim(), {
    timezone,
    mode: '5-or-6-parts',
    fixedTimeRule: 'no-wildcard',
    paused: true,
  });
  if (patterns.size >= patternsKept) patterns.clear();
  patterns.set(key, made);
  return made;
}

function floorSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

function isZone(timezone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return timezone !== '';
  } catch {
    return false;
  }
}

function worded(error: unknown, cron: string): string {
  const parts = cron.trim().split(/\s+/).length;
  if (parts !== 5 && parts !== 6 && !cron.trim().startsWith('@')) {
    return `A schedule has five fields (minute, hour, day, month, weekday), or six with seconds first; this one has ${parts}.`;
  }
  const reason = error instanceof Error ? error.message.replace(/^CronPattern:\s*/, '') : String(error);
  return `"${cron.trim().slice(0, 80)}" cannot be read as a schedule: ${reason.replace(/\.$/, '')}.`;
}
