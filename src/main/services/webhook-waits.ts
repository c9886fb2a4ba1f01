const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** Waits before the second, third ... attempt: those of Standard Webhooks. */
export const retryWaits: readonly number[] = [
  5 * seconds,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
];

/** Part of a wait that it may be shorter or longer, so that many do not come back at once. */
export const jitter = 0.1;
/** A receiver that asks for a longer wait than this is asked again sooner. */
const longestAsked = 24 * hours;

/**
 * Milliseconds until the attempt after `failed` failed ones. A receiver may ask for a longer wait (`Retry-After`), never
 * for a shorter one. `random` is from 0 up to 1.
 */
export function waitAfter(failed: number, random: number, askedFor = 0): number {
  const wait = retryWaits[Math.min(failed, retryWaits.length) - 1] ?? 0;
  const spread = Math.round(wait * (1 + jitter * (2 * random - 1)));
  return Math.max(spread, Math.min(askedFor, longestAsked));
}

/** `Retry-After` as milliseconds from now: seconds, or a date. Undefined where it is neither. */
export function askedWait(header: string | undefined, now: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * seconds;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
