/** Small tools for one-line summaries. They take what an unfinished config may hold. */

/** "a, b, c" or "a, b and 5 more". */
export function listed(names: readonly (string | undefined)[] | undefined, most = 3): string {
  const known = (names ?? []).filter((name) => name !== undefined && name !== '');
  if (known.length <= most) return known.join(', ');
  return `${known.slice(0, most).join(', ')} and ${known.length - most} more`;
}

/** The last part of a path. */
export function fileName(path: string | undefined): string {
  return path?.split(/[\\/]/).at(-1) ?? '';
}

/** "1 row", "3 rows". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
