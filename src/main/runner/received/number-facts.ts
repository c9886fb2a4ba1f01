/** What keeps a number's value: the narrowest of these types that holds it exactly. */
export const numberKinds = {
  /** A whole number that a double holds, up to 2^53. */
  safe: 4,
  /** A whole number of 64 bits. */
  wide: 8,
  /** A whole number of up to 38 digits. */
  huge: 16,
  /** A fraction whose nearest double prints as the same number. */
  double: 32,
  /** A fraction of up to 38 digits that no double holds. */
  decimal: 64,
  /** Beyond all types. */
  beyond: 128,
} as const;

export interface NumberFacts {
  readonly kind: number;
  /** Digits before and after the point, written without an exponent. */
  readonly whole: number;
  readonly scale: number;
}

const small: NumberFacts[] = Array.from({ length: 17 }, (_none, whole) => ({
  kind: numberKinds.safe,
  whole,
  scale: 0,
}));
const most = 38;
const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The facts of a JSON number's text. */
export function numberFacts(text: string): NumberFacts {
  if (text.length <= 15 && isPlainWhole(text)) return small[text.length] as NumberFacts;
  const [, sign = '', digits = '', fraction = '', power = '0'] = parts.exec(text) ?? [];
  // An exponent of many digits is not a number that anybody can add.
  const shift = power.length > 6 ? (power.startsWith('-') ? -1e6 : 1e6) : Number(power);
  const { whole, scale } = plainDigits(digits, fraction, shift);
  const isWhole = fraction === '' && power === '0' && !(sign === '-' && /^0+$/.test(digits));
  if (isWhole) return { kind: wholeKind(text, whole), whole, scale: 0 };
  if (isSameAsDouble(text)) return { kind: numberKinds.double, whole, scale };
  return { kind: whole + scale <= most ? numberKinds.decimal : numberKinds.beyond, whole, scale };
}

function isPlainWhole(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

function wholeKind(text: string, whole: number): number {
  if (Number.isSafeInteger(Number(text))) return numberKinds.safe;
  if (whole > most) return numberKinds.beyond;
  return BigInt.asIntN(64, BigInt(text)) === BigInt(text) ? numberKinds.wide : numberKinds.huge;
}

/** Digits on each side of the point once the exponent is worked in; zeros that say nothing are none. */
function plainDigits(digits: string, fraction: string, shift: number): { whole: number; scale: number } {
  const all = `${digits}${fraction}`;
  const first = all.search(/[1-9]/);
  if (first < 0) return { whole: 1, scale: 0 };
  const last = all.length - (/0*$/.exec(all)?.[0].length ?? 0);
  const point = digits.length + shift;
  return { whole: Math.max(point - first, 0), scale: Math.max(last - point, 0) };
}

/** Whether the double nearest to a number prints as that number. */
export function isSameAsDouble(text: string): boolean {
  const value = Number(text);
  if (!Number.isFinite(value)) return false;
  return canonical(text) === canonical(String(value));
}

/** Sign, significant digits and the power of ten of the first: equal for equal numbers. */
function canonical(text: string): string {
  const [, sign = '', digits = '', fraction = '', power = '0'] = parts.exec(text) ?? [];
  const all = `${digits}${fraction}`;
  const significant = all.replace(/^0+/, '').replace(/0+$/, '');
  if (significant === '') return '0';
  const lead = all.length - all.replace(/^0+/, '').length;
  return `${sign}${significant}e${BigInt(digits.length - lead) + BigInt(power)}`;
}
