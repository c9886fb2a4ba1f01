import type { Option } from '../ui/index.ts';

/** The time zone of this machine. */
export const ownZone: string = new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** Every zone that the platform knows, this machine's first. */
export const zoneOptions: Option[] = [
  { value: ownZone, label: ownZone, note: 'here' },
  ...['UTC', ...Intl.supportedValuesOf('timeZone')]
    .filter((zone, at, all) => zone !== ownZone && all.indexOf(zone) === at)
    .map((zone) => ({ value: zone, label: zone })),
];

/** Whether a time is more than a clock without seconds can show. */
export const hasSeconds = (at: string): boolean => new Date(at).getUTCSeconds() !== 0;

/** "Sat 21 Nov 2026, 02:00" as clocks of a zone show it; seconds where there are some, or all of a list have them. */
export function zoneTime(at: string, timezone: string, seconds = hasSeconds(at)): string {
  const time = new Date(at);
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      ...(seconds && { second: '2-digit' }),
    }).format(time);
  } catch {
    return at;
  }
}

/** "02:00 GMT+1": only the clock of a zone, with the day where it is another than here. */
export function zoneClock(at: string, timezone: string, aside: 'zone' | 'here'): string {
  const time = new Date(at);
  const dayIn = (zone: string) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short' }).format(time);
  try {
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      hour: '2-digit',
      minute: '2-digit',
      ...(aside === 'zone' && { timeZoneName: 'short' }),
    }).format(time);
    const day = aside === 'here' || dayIn(timezone) === dayIn(ownZone) ? '' : `${dayIn(timezone)} `;
    return `${day}${clock}`;
  } catch {
    return '';
  }
}

/** A UTC time as the text of a date field, as clocks of a zone show it; empty for none. */
export function zoneField(at: string | null, timezone: string): string {
  return at === null ? '' : new Date(wallOf(Date.parse(at), timezone)).toISOString().slice(0, 16);
}

/**
 * The UTC time that the text of a date field means in a zone; null where it is empty or no time. A time that comes
 * twice means the first; one that the clock skips is counted on from before the gap.
 */
export function fieldTime(text: string, timezone: string): string | null {
  const wall = Date.parse(`${text}Z`);
  if (text === '' || Number.isNaN(wall)) return null;
  const offsets = [wall - day, wall + day].map((around) => wallOf(around, timezone) - around);
  const candidates = offsets.map((offset) => wall - offset).sort((a, b) => a - b);
  const shown = candidates.find((at) => wallOf(at, timezone) === wall);
  return new Date(shown ?? wall - (offsets[0] ?? 0)).toISOString();
}

const day = 86_400_000;

/** What clocks of a zone show at an instant, as if it were UTC; to the minute. */
function wallOf(at: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: knownZone(timezone),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(at);
  const read = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'));
}

/** A zone that is being typed may not be one: then times are UTC. */
function knownZone(timezone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
