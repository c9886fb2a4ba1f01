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

/** "Sat 21 Nov 2026, 02:00" as clocks of a zone show it; seconds where there are some. */
export function zoneTime(at: string, timezone: string): string {
  const time = new Date(at);
  const seconds = time.getUTCSeconds() !== 0;
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
