/**
 * JavaScript's regular expressions, which JSON Schema means, in the words of RE2, which the engine runs: no look
 * around and no back references, and a few classes that the two read differently.
 */

/** What is wrong with a pattern, or undefined. */
export function patternFault(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u');
  } catch {
    return 'This is not a regular expression.';
  }
  const part = unsupported.exec(pattern.replace(/\\\\/g, ''))?.[0];
  if (part !== undefined)
    return `"${part}" is not possible in a pattern here: write it without looking around or back.`;
  const property = [...pattern.matchAll(/\\[pP]\{([^}]*)\}/g)].find(([, name]) => !knownProperty(name ?? ''));
  if (property)
    return `"${property[0]}" is not possible in a pattern here: use a general category such as \\p{L}.`;
  if (/\\u\{?[dD][89a-fA-F]/.test(pattern))
    return 'Write a character beyond U+FFFF as itself or as \\u{1F600}.';
  if (/\[(?:[^\]\\]|\\[^sS])*\\S(?:[^\]\\]|\\[^sS])*\]/.test(pattern)) {
    return '"\\S" among other characters in brackets is not possible here: write the characters out.';
  }
  const repeat = [...pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].find(
    ([, least, most]) => Number(least) > 1000 || Number(most ?? 0) > 1000,
  );
  return repeat ? `"${repeat[0]}" repeats too often: at most 1000 times.` : undefined;
}

const unsupported = /\(\?<?[=!]|\\[1-9]|\\k<|\\c[A-Za-z]/;
const knownProperty = (name: string): boolean =>
  /^(L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfo])$/.test(name);

const spaces =
  '\\t\\n\\x0b\\x0c\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const lineEnds = '\\n\\r\\x{2028}\\x{2029}';
const token = /\\u\{([0-9a-fA-F]+)\}|\\u([0-9a-fA-F]{4})|\\(.)|(\[\^?)|(\])|(\(\?<(?![=!]))|(\.)|[^\\]/gsu;

/** The same pattern for the engine. Only of one without a fault. */
export function enginePattern(pattern: string): string {
  let inClass = false;
  return pattern.replace(token, (whole, ...parts: (string | undefined)[]) => {
    const [long, short, escaped, open, close, group, dot] = parts;
    const code = long ?? short;
    if (code !== undefined) return `\\x{${code}}`;
    if (escaped !== undefined) return escapeOf(escaped, inClass);
    if (open !== undefined && !inClass) inClass = true;
    else if (open !== undefined) return '\\[';
    if (close !== undefined) inClass = false;
    if (group !== undefined && !inClass) return '(?P<';
    return dot !== undefined && !inClass ? `[^${lineEnds}]` : whole;
  });
}

function escapeOf(letter: string, inClass: boolean): string {
  if (letter === 's') return inClass ? spaces : `[${spaces}]`;
  // A negated class cannot stand inside another: RE2's own is then close, and ASCII.
  if (letter === 'S') return inClass ? '\\S' : `[^${spaces}]`;
  if (letter === 'v') return '\\x0b';
  if (letter === '0') return '\\x00';
  return `\\${letter}`;
}
