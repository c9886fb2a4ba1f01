/** Most alternatives that a pattern with braces may stand for. */
const alternativesLimit = 100;

/** Whether a file's name fits a pattern of `*`, `?` and `{a,b}`. Time grows with name times pattern, never worse. */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const alternatives = expand(pattern).slice(0, alternativesLimit);
  return (name) => alternatives.some((each) => fits(name, each));
}

/** `{a,b}` spelled out; a brace without its partner means itself. */
function expand(pattern: string): string[] {
  const found = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(pattern);
  if (!found) return [pattern];
  const [, before = '', inside = '', after = ''] = found;
  const endings = expand(after);
  return inside
    .split(',')
    .flatMap((choice) => endings.map((ending) => `${before}${choice}${ending}`))
    .slice(0, alternativesLimit);
}

/** Greedy with one step back: the last star takes one character more each time the rest does not fit. */
function fits(name: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern;
      starAt = at;
      inPattern += 1;
    } else if (pattern[inPattern] === '?' || pattern[inPattern] === name[at]) {
      inPattern += 1;
      at += 1;
    } else if (star >= 0) {
      starAt += 1;
      at = starAt;
      inPattern = star + 1;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}
