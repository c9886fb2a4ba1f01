/**
 * `Server=host;User Id="a;b";Password='it''s';` as names (small letters, no spaces or underscores) and values. A value
 * may stand in double or single quotes, in which the same quote is doubled, or in braces; the last of several equal names counts.
 * A list without semicolons may be separated by spaces: `host=a dbname=b`.
 */
export function parseKeyValues(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  const spaced = !text.includes(';') && /^\s*\w+\s*=\s*\S+\s+\w+\s*=/.test(text);
  const pattern = spaced
    ? /\s*([^=\s]+)\s*=\s*(?:"((?:[^"]|"")*)"|'((?:[^'\\]|\\.|'')*)'|(?!)(.)|([^\s]*))\s*/gy
    : /[\s;]*((?:[^=;]|==)+?)\s*=(?!=)\s*(?:"((?:[^"]|"")*)"|'((?:[^']|'')*)'|\{((?:[^}]|\}\})*)\}|([^;]*?))\s*(?:;|$)/gy;
  for (const [, name = '', double, single, braced, plain] of text.matchAll(pattern)) {
    const value =
      double?.replaceAll('""', '"') ??
      unquoted(single, spaced) ??
      braced?.replaceAll('}}', '}') ??
      plain ??
      '';
    pairs.set(name.replaceAll('==', '=').toLowerCase().replace(/[\s_]/g, ''), value);
  }
  return pairs;
}

function unquoted(text: string | undefined, spaced: boolean): string | undefined {
  return spaced ? text?.replace(/\\(.)/g, '$1').replaceAll("''", "'") : text?.replaceAll("''", "'");
}
