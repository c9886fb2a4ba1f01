/** Bounds of a number field. */
export interface NumberLimits {
  min?: number | undefined;
  max?: number | undefined;
  integer?: boolean;
}

/**
 * Reads a typed number: spaces, underscores and commas between thousands are skipped, "." is the decimal point.
 * Empty text is null; undefined means the text is not a number within the limits.
 */
export function parseNumber(text: string, limits: NumberLimits = {}): number | null | undefined {
  const bare = text
    .trim()
    .replace(/(?<=\d)[\s_'\u202f\u00a0](?=\d{3})/g, '')
    .replace(/(?<=\d),(?=\d{3}(\D|$))/g, '');
  if (bare === '') return null;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(bare)) return undefined;
  const value = Number(bare);
  if (!Number.isFinite(value) || (limits.integer && !Number.isInteger(value))) return undefined;
  if (limits.min !== undefined && value < limits.min) return undefined;
  if (limits.max !== undefined && value > limits.max) return undefined;
  return value;
}

/** `value` moved by `distance`, held within the limits and free of binary dust (0.1 + 0.2 is 0.3). */
export function nudge(value: number | null, distance: number, limits: NumberLimits = {}): number {
  const moved = Number(((value ?? 0) + distance).toPrecision(15));
  return Math.min(
    limits.max ?? Number.POSITIVE_INFINITY,
    Math.max(limits.min ?? Number.NEGATIVE_INFINITY, moved),
  );
}
