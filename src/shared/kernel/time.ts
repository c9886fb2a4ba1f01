import { z } from 'zod';

/** UTC ISO 8601 with milliseconds and Z: the only form in which a time is stored or sent. */
export const isoTime = z.iso.datetime({ precision: 3 });

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const durationPattern = /^\d+(?:\.\d+)?(?:ms|s|m|h|d)(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))*$/;

/** Milliseconds of a text such as "30m", "1h30m", "720h", or undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (units[unit ?? ''] ?? 0);
  }
  return Math.round(total);
}

/** `2024-11-02T09:15:00Z`: a time as published APIs write it, without the fraction that fixed-format parsers refuse. */
export function plainTime(iso: string): string {
  return iso.replace(/\.\d+(?=Z$)/, '');
}
