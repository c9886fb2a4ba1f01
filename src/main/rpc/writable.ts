/** The same shape without `readonly`, all the way down. */
export type Writable<Value> = Value extends readonly (infer Item)[]
  ? Writable<Item>[]
  : Value extends object
    ? { -readonly [Key in keyof Value]: Writable<Value[Key]> }
    : Value;

/** An answer of the core for a contract whose types are writable: it is sent at once and never changed. */
export function asAnswer<Value>(value: Value): Writable<Value> {
  return value as Writable<Value>;
}
