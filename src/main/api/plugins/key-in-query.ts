import { parseKey } from '../../services/index.ts';

const keyNames = /^(api[-_]?key|access[-_]?token|bearer|x-api-key)$/i;

/**
 * Whether the query of a request carries a key, by its name or by how it looks. Addresses end in logs, histories and
 * referrers, so a key is taken from them only under the names that a door's own document allows.
 */
export function carriesKey(query: unknown, allowed: readonly string[]): boolean {
  if (typeof query !== 'object' || query === null) return false;
  return Object.entries(query).some(([name, value]) => {
    if (allowed.includes(name)) return false;
    return (
      keyNames.test(name) || [value].flat().some((each) => typeof each === 'string' && looksLikeKey(each))
    );
  });
}

/** Also the key that stands behind a word, as in `Bearer slc_live_...`. */
function looksLikeKey(text: string): boolean {
  return text.length < 200 && text.split(/[\s:]+/).some((part) => parseKey(part) !== undefined);
}
