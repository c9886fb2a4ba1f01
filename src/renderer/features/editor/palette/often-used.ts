import type { NodeDefinition } from '../../../../nodes/_kit/define-node.ts';

const key = 'sluice.kinds.used';

function counts(): Record<string, number> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return typeof stored === 'object' && stored !== null ? (stored as Record<string, number>) : {};
  } catch {
    return {};
  }
}

/** Counts a use; older uses fade, so that the list follows what a person does now. */
export function rememberUse(kind: string): void {
  const faded = Object.fromEntries(Object.entries(counts()).map(([name, count]) => [name, count * 0.97]));
  localStorage.setItem(key, JSON.stringify({ ...faded, [kind]: (faded[kind] ?? 0) + 1 }));
}

export function usedOften(kinds: readonly NodeDefinition[], most: number): readonly NodeDefinition[] {
  const used = counts();
  return kinds
    .filter((kind) => (used[kind.kind] ?? 0) > 0.5)
    .sort((one, other) => (used[other.kind] ?? 0) - (used[one.kind] ?? 0))
    .slice(0, most);
}
