/** How numbers, times and sizes are written, everywhere. English, whatever the machine's language, so it matches the words. */

const locale = 'en-US';
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const upTo6 = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });

/** "10,482,113". Bigints keep every digit; unknown is "?". */
export function formatCount(value: number | bigint | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '?';
  return whole.format(value);
}

/** A number with its fraction, at most six places: "1,204.25". */
export function formatNumber(value: number): string {
  return upTo6.format(value);
}

/** "1 row", "2 rows", "10,482,113 rows". */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A share of 1 as "42 %"; neither 0 % nor 100 % unless exactly so. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 1) return '< 1 %';
  if (percent > 99 && percent < 100) return '> 99 %';
  return `${whole.format(percent)} %`;
}

/** Milliseconds as "340 ms", "1.2 s", "4 min 10 s", "2 h 5 min", "3 d 4 h". */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '?';
  const span = Math.max(0, ms);
  if (span < 999.5) return `${Math.round(span)} ms`;
  // Rounded before the unit is chosen, so 59,960 ms is "1 min" and never "60 s".
  if (Math.round(span / 100) < 100) return `${(Math.round(span / 100) / 10).toFixed(1)} s`;
  const seconds = Math.round(span / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0
    ? `${whole.format(big)} ${bigUnit}`
    : `${whole.format(big)} ${bigUnit} ${small} ${smallUnit}`;
}

const sizeUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes in decimal units: "512 B", "24.8 MB", "1 GB". */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return '?';
  let value = Math.max(0, bytes);
  let unit = 0;
  // 999.95 would print as "1000.0", so it already belongs to the next unit.
  while (value >= 999.95 && unit < sizeUnits.length - 1) {
    value /= 1000;
    unit++;
  }
  const text = unit === 0 ? whole.format(value) : value.toFixed(1).replace(/\.0$/, '');
  return `${text} ${sizeUnits[unit]}`;
}

/** Anything that names an instant: ISO text, milliseconds, or a Date. */
export type Instant = string | number | Date;

function toDate(at: Instant): Date | undefined {
  const date = at instanceof Date ? at : new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Local "14:05", "3 Mar 14:05" or "3 Mar 2025 14:05": as much as is needed to tell it from now. */
export function formatTime(at: Instant, now: Instant = Date.now(), timeZone?: string): string {
  const date = toDate(at);
  const today = toDate(now);
  if (!date || !today) return '?';
  const part = (value: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(value);
  const clock = part(date, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const dayOf = (value: Date) => part(value, { year: 'numeric', month: 'numeric', day: 'numeric' });
  if (dayOf(date) === dayOf(today)) return clock;
  const day = part(date, { day: 'numeric', month: 'short' });
  const year = part(date, { year: 'numeric' });
  return year === part(today, { year: 'numeric' }) ? `${day} ${clock}` : `${day} ${year} ${clock}`;
}

/** Local "14:05:09.042": for logs. */
export function formatClock(at: Instant, timeZone?: string): string {
  const date = toDate(at);
  if (!date) return '?';
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(date);
}

/** The exact instant for a title: "2026-03-03 13:05:09.042 UTC". */
export function formatUtc(at: Instant): string {
  const date = toDate(at);
  return date ? date.toISOString().replace('T', ' ').replace('.000Z', ' UTC').replace('Z', ' UTC') : '?';
}

/** "just now", "in 5 min", "3 h ago", "2 days ago"; a date once it is more than 30 days off. */
export function formatRelative(at: Instant, now: Instant = Date.now()): string {
  const date = toDate(at);
  const base = toDate(now);
  if (!date || !base) return '?';
  const distance = date.getTime() - base.getTime();
  const seconds = Math.floor(Math.abs(distance) / 1000);
  if (seconds < 10) return distance > 0 ? 'in a moment' : 'just now';
  const amount = relativeAmount(seconds);
  if (amount === undefined) return formatTime(date, base);
  return distance > 0 ? `in ${amount}` : `${amount} ago`;
}

function relativeAmount(seconds: number): string | undefined {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  if (seconds < 30 * 86_400) return formatPlural(Math.floor(seconds / 86_400), 'day');
  return undefined;
}
