/** Anything that looks like one of our keys, whole or cut. */
const keyText = /slc_(live|test)_[0-9A-Za-z]*/gi;
const secretName =
  /key|token|secret|passw|pwd|^code$|code_verifier|auth|signature|^sig$|credential|^client_assertion$/i;
const longest = 2_000;

export const redacted = '[redacted]';

/** A request's path and query without anything secret in it: values under telling names, and keys wherever they stand. */
export function redactTarget(target: string): string {
  const [whole = ''] = target.split('#');
  const at = whole.indexOf('?');
  const path = at < 0 ? whole : whole.slice(0, at);
  const query =
    at < 0
      ? ''
      : `?${whole
          .slice(at + 1)
          .split('&')
          .map(redactPair)
          .join('&')}`;
  return redactKeys(`${path}${query}`).slice(0, longest);
}

export function redactKeys(text: string): string {
  return text.replace(keyText, redacted);
}

function redactPair(pair: string): string {
  const at = pair.indexOf('=');
  if (at < 0) return redactIfKey(pair);
  const name = pair.slice(0, at);
  return secretName.test(decoded(name))
    ? `${name}=${redacted}`
    : `${name}=${redactIfKey(pair.slice(at + 1))}`;
}

/** A key may hide behind percent signs. */
function redactIfKey(value: string): string {
  return value.includes('%') && redactKeys(decoded(value)) !== decoded(value) ? redacted : value;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
