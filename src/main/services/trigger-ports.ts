/** What the services need of calendars, and what they lend to the loop that fires triggers. */

export interface TimetableSpan {
  /** Not included. Unix milliseconds. */
  readonly after: number;
  /** Included. */
  readonly upTo: number;
}

/** Slots of a cron pattern: instants in Unix milliseconds, whole seconds. */
export interface Timetable {
  /** What is wrong with a pattern or zone; undefined when nothing is. */
  check(cron: string, timezone: string): { field: 'cron' | 'timezone'; message: string } | undefined;
  /** The first slot after an instant; undefined where there is none any more. */
  next(cron: string, timezone: string, after: number): number | undefined;
  /** The last slot before an instant. */
  previous(cron: string, timezone: string, before: number): number | undefined;
  /** Oldest first. Where the span holds more than `limit`, the newest of them, with `more` set. */
  between(
    cron: string,
    timezone: string,
    span: TimetableSpan,
    limit: number,
  ): { slots: number[]; first: number | undefined; more: boolean };
  words(cron: string): string;
}

/** Without calendars no pattern is right: for callers that have no schedules. */
export const noTimetable: Timetable = {
  check: () => ({ field: 'cron', message: 'Schedules are not available here.' }),
  next: () => undefined,
  previous: () => undefined,
  between: () => ({ slots: [], first: undefined, more: false }),
  words: () => '',
};

/** Something that makes a trigger fire. */
export interface Occasion {
  /** What happens once: a time, the id of an event or call, a file with its size and time. */
  readonly slot: string;
  readonly dueAt: string;
  /** In words, for people: "2026-11-21 02:00 Europe/Berlin". */
  readonly words: string;
  /** What `{...}` in parameters stands for; `body` may be any JSON. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Runs that started one another before this one. */
  readonly chain: number;
  readonly notBefore?: string;
}
