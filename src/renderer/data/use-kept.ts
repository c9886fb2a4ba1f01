import { useCallback, useState } from 'react';

/**
 * State of a screen that is there again when a person comes back to it in the same tab: a filter, a search. `name` is
 * the screen's own; `fits` refuses what an older version may have left.
 */
export function useKept<T>(name: string, initial: T, fits: (value: unknown) => value is T) {
  const key = `sluice.kept.${name}`;
  const [value, setValue] = useState<T>(() => {
    const kept = readKept(key);
    return fits(kept) ? kept : initial;
  });
  const set = useCallback(
    (next: T) => {
      setValue(next);
      sessionStorage.setItem(key, JSON.stringify(next));
    },
    [key],
  );
  return [value, set] as const;
}

export const isText = (value: unknown): value is string => typeof value === 'string';

function readKept(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null') as unknown;
  } catch {
    return undefined;
  }
}
