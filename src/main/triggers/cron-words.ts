/** A cron pattern in plain words: "At 02:00 on weekdays". What has no simple wording is spelled field by field. */
export function cronWords(cron: string): string {
  const text = nicknames[cron.trim().toLowerCase()] ?? cron.trim();
  const parts = text.split(/\s+/);
  if (parts.length < 5 || parts.length > 6) return '';
  const [second = '0', minute = '', hour = '', day = '', month = '', weekday = ''] =
    parts.length === 6 ? parts : ['0', ...parts];
  const days = dayWords(day, month, weekday);
  return `${timeWords(second, minute, hour)}${days === '' ? '' : ` ${days}`}`;
}

const nicknames: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const isNumber = (text: string): boolean => /^\d+$/.test(text);
const isNumbers = (text: string): boolean => /^\d+(,\d+)*$/.test(text);
const two = (text: string): string => text.padStart(2, '0');

function timeWords(second: string, minute: string, hour: string): string {
  if (isNumber(second) && isNumber(minute) && isNumbers(hour)) {
    const ending = Number(second) === 0 ? '' : `:${two(second)}`;
    return `At ${listed(hour.split(',').map((each) => `${two(each)}:${two(minute)}${ending}`))}`;
  }
  if (second === '*' && minute === '*' && hour === '*') return 'Every second';
  const everySecond = stepOf(second);
  if (everySecond && minute === '*' && hour === '*') return `Every ${everySecond} seconds`;
  if (Number(second) !== 0) return `At second ${second}, minute ${minute}, hour ${hour}`;
  const hours = hourWords(hour);
  if (minute === '*') return `Every minute${hours}`;
  const everyMinute = stepOf(minute);
  if (everyMinute) return `Every ${everyMinute} minutes${hours}`;
  const everyHour = stepOf(hour);
  if (isNumber(minute) && hour === '*')
    return Number(minute) === 0 ? 'Every hour' : `Every hour at minute ${minute}`;
  if (isNumber(minute) && everyHour) return `Every ${everyHour} hours at minute ${minute}`;
  return `At minute ${minute}${hours || ' of every hour'}`;
}

function hourWords(hour: string): string {
  if (hour === '*') return '';
  const span = /^(\d+)-(\d+)$/.exec(hour);
  if (span) return ` from ${two(span[1] ?? '')}:00 to ${two(span[2] ?? '')}:59`;
  const step = stepOf(hour);
  return step ? ` of every ${step}th hour` : ` of hour ${hour.replaceAll(',', ', ')}`;
}

/** The n of an every-n pattern (a star, a slash and n). */
function stepOf(field: string): string | undefined {
  return /^\*\/(\d+)$/.exec(field)?.[1];
}

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

function dayWords(day: string, month: string, weekday: string): string {
  const months = month === '*' ? '' : ` in ${named(month, monthName)}`;
  const anyDay = day === '*' || day === '?';
  const anyWeekday = weekday === '*' || weekday === '?';
  if (anyDay && anyWeekday) return months === '' ? '' : `every day${months}`;
  const dates =
    day.toUpperCase() === 'L' ? 'the last day of the month' : `day ${day.replaceAll(',', ', ')} of the month`;
  const weekdays = weekdayWords(weekday);
  if (anyWeekday) return `on ${dates}${months}`;
  // Cron's old habit: where both are given, either of them is enough.
  return anyDay ? `${weekdays}${months}` : `on ${dates} or ${weekdays}${months}`;
}

function weekdayWords(weekday: string): string {
  if (/^(1-5|mon-fri)$/i.test(weekday)) return 'on weekdays';
  if (/^(0,6|6,0|6-7|6,7|sat,sun|sat-sun)$/i.test(weekday)) return 'at weekends';
  return `on ${named(weekday, weekdayName)}`;
}

function named(field: string, nameOf: (text: string) => string): string {
  return listed(
    field.split(',').map((part) => {
      const [from = '', to] = part.split('-');
      return to === undefined ? nameOf(from) : `${nameOf(from)} to ${nameOf(to)}`;
    }),
  );
}

function weekdayName(text: string): string {
  const nth = /^(\w+)#(\d)$/.exec(text);
  if (nth)
    return `the ${ordinals[Number(nth[2])] ?? `${nth[2]}th`} ${weekdayName(nth[1] ?? '')} of the month`;
  const index = isNumber(text)
    ? Number(text)
    : dayNames.findIndex((name) => name.slice(0, 3).toLowerCase() === text.toLowerCase());
  return dayNames[index] ?? text;
}

const ordinals = ['', 'first', 'second', 'third', 'fourth', 'fifth'];

function monthName(text: string): string {
  const index = isNumber(text)
    ? Number(text) - 1
    : monthNames.findIndex((name) => name.slice(0, 3).toLowerCase() === text.toLowerCase());
  return monthNames[index] ?? text;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
