/** Throws when something that the code itself guarantees does not hold: a bug, never bad input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Internal error: ${message}`);
}

/** Closes an exhaustive switch: the compiler refuses a case that was forgotten. */
export function unreachable(value: never, what = 'case'): never {
  throw new Error(`Internal error: unexpected ${what} ${JSON.stringify(value)}`);
}
