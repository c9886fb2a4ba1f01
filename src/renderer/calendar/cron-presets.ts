/** The ways to say when without writing a pattern. */
export type Rhythm = 'minutes' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'pattern';

export interface Plan {
  readonly rhythm: Rhythm;
  /** Of the `minutes` rhythm: every so many. */
  readonly every: number;
  readonly minute: number;
  readonly hour: number;
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  readonly day: number;
}

const plain: Plan = { rhythm: 'pattern', every: 15, minute: 0, hour: 2, weekdays: [1], day: 1 };

/** The plan that a pattern stands for; `pattern` where no other says it. */
export function planOf(cron: string): Plan {
  const [minute = '', hour = '', day = '', month = '', weekday = '', more] = cron.trim().split(/\s+/);
  if (more !== undefined || month !== '*') return plain;
  const every = Number(/^\*\/(\d+)$/.exec(minute)?.[1]);
  const rest = `${hour} ${day} ${weekday}`;
  if (every >= 1 && every <= 59 && rest === '* * *') return { ...plain, rhythm: 'minutes', every };
  if (minute === '*' && rest === '* * *') return { ...plain, rhythm: 'minutes', every: 1 };
  if (!isNumber(minute, 59)) return plain;
  const at = { ...plain, minute: Number(minute) };
  if (rest === '* * *') return { ...at, rhythm: 'hourly' };
  if (!isNumber(hour, 23)) return plain;
  const timed = { ...at, hour: Number(hour) };
  if (day === '*' && weekday === '*') return { ...timed, rhythm: 'daily' };
  const weekdays = weekdaysOf(weekday);
  if (day === '*' && weekdays) return { ...timed, rhythm: 'weekly', weekdays };
  if (weekday === '*' && isNumber(day, 31) && day !== '0')
    return { ...timed, rhythm: 'monthly', day: Number(day) };
  return plain;
}

/** The pattern of a plan; the one there is where the plan is none. */
export function cronOf(plan: Plan, pattern: string): string {
  const { rhythm, every, minute, hour, weekdays, day } = plan;
  switch (rhythm) {
    case 'minutes':
      return every === 1 ? '* * * * *' : `*/${every} * * * *`;
    case 'hourly':
      return `${minute} * * * *`;
    case 'daily':
      return `${minute} ${hour} * * *`;
    case 'weekly':
      return `${minute} ${hour} * * ${[...weekdays].sort((a, b) => a - b).join(',') || '1'}`;
    case 'monthly':
      return `${minute} ${hour} ${day} * *`;
    case 'pattern':
      return pattern;
  }
}

function isNumber(text: string, most: number): boolean {
  return /^\d{1,2}$/.test(text) && Number(text) <= most;
}

function weekdaysOf(text: string): number[] | undefined {
  const span = /^([0-6])-([0-6])$/.exec(text);
  if (span) {
    const [from, to] = [Number(span[1]), Number(span[2])];
    return from <= to ? Array.from({ length: to - from + 1 }, (_, at) => from + at) : undefined;
  }
  return /^[0-6](,[0-6])*$/.test(text) ? text.split(',').map(Number) : undefined;
}
