import type { Scalar } from '../../shared/plan/relation.ts';

/** Boolean scalars that fold what is known beforehand. Every part must be true or false, never null. */

export const always: Scalar = { op: 'literal', value: true };
export const never: Scalar = { op: 'literal', value: false };

const isAlways = (scalar: Scalar): boolean => scalar.op === 'literal' && scalar.value === true;
const isNever = (scalar: Scalar): boolean => scalar.op === 'literal' && scalar.value === false;

export const truth = (known: boolean): Scalar => (known ? always : never);

export function both(...of: readonly Scalar[]): Scalar {
  if (of.some(isNever)) return never;
  const open = distinct(of.filter((one) => !isAlways(one)));
  const [only] = open;
  if (only === undefined) return always;
  return open.length === 1 ? only : { op: 'all', of: open };
}

export function either(...of: readonly Scalar[]): Scalar {
  if (of.some(isAlways)) return always;
  const open = distinct(
    of.flatMap((one) => (one.op === 'any' ? one.of : [one])).filter((one) => !isNever(one)),
  );
  const texts = new Set(open.map(textOf));
  // Of a test and its opposite one holds: what a guard already asked needs no asking again.
  if (open.some((one) => texts.has(textOf(not(one))))) return always;
  const [only] = open;
  if (only === undefined) return never;
  return open.length === 1 ? only : { op: 'any', of: open };
}

const textOf = (scalar: Scalar): string => JSON.stringify(scalar);

const distinct = (of: readonly Scalar[]): Scalar[] => [
  ...new Map(of.map((one) => [textOf(one), one])).values(),
];

export function not(of: Scalar): Scalar {
  if (isAlways(of)) return never;
  if (isNever(of)) return always;
  return of.op === 'not' ? of.of : { op: 'not', of };
}

/** Whenever the first holds, so does the second. */
export const implies = (when: Scalar, then: Scalar): Scalar => either(not(when), then);

/** A scalar that may be null, as a boolean that is false then. */
export const surely = (of: Scalar): Scalar => ({ op: 'call', name: 'coalesce', args: [of, never] });

export const oneOf = (value: Scalar, options: readonly string[]): Scalar => ({
  op: 'in',
  value,
  options: options.map((option) => ({ op: 'literal', value: option })),
});
