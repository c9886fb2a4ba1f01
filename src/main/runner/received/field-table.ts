import { foldName } from '../../../shared/kernel/columns.ts';
import { isHidden } from '../../../shared/plan/received.ts';
import { numberFacts, numberKinds } from './number-facts.ts';
import type { ValueSort } from './record-walker.ts';

/** More columns than these are hard on everything that comes after; further fields are kept all the same. */
const mostColumns = 1000;
const longestName = 1000;
/** Names that mean something else in a file of rows. */
const taken = new Set(['file_row_number', 'filename', 'file_index']);

const text = 1;
const boolean = 2;
const nested = 256;
const wholes = numberKinds.safe | numberKinds.wide | numberKinds.huge;
const numbers = wholes | numberKinds.double | numberKinds.decimal | numberKinds.beyond;

/** One field of the records that becomes a column. */
export class Field {
  readonly name: string;
  /** Its place, which is also its name in the lines that the engine reads. */
  readonly index: number;
  #seen = 0;
  #whole = 1;
  #scale = 0;

  constructor(name: string, index: number) {
    this.name = name;
    this.index = index;
  }

  /** Notes a value; answers it as the engine is to read it, undefined for null. */
  note(sort: ValueSort, literal: string): string | undefined {
    switch (sort) {
      case 'null':
        return undefined;
      case 'text':
        this.#seen |= text;
        return literal;
      case 'boolean':
        this.#seen |= boolean;
        return literal;
      case 'nested':
        this.#seen |= nested;
        return literal;
      case 'number':
        return this.#noteNumber(literal);
    }
  }

  #noteNumber(literal: string): string {
    const { kind, whole, scale } = numberFacts(literal);
    this.#seen |= kind;
    if (whole > this.#whole) this.#whole = whole;
    if (scale > this.#scale) this.#scale = scale;
    if (kind === numberKinds.safe) return literal;
    // The engine reads numbers that are no whole ones through a double, and `-0` as 0.
    if (kind === numberKinds.double) return literal === '-0' ? '-0.0' : literal;
    return `"${literal}"`;
  }

  /** The type that holds every value as it came; JSON where no other does. */
  get type(): string {
    const seen = this.#seen;
    if (seen === 0 || seen === text) return 'VARCHAR';
    if (seen === boolean) return 'BOOLEAN';
    if ((seen & ~numbers) !== 0 || (seen & numberKinds.beyond) !== 0) return 'JSON';
    if ((seen & ~(numberKinds.safe | numberKinds.wide)) === 0) return 'BIGINT';
    if ((seen & ~wholes) === 0) return 'DECIMAL(38,0)';
    if ((seen & ~(numberKinds.safe | numberKinds.double)) === 0) return 'DOUBLE';
    return this.#whole + this.#scale <= 38 ? `DECIMAL(38,${this.#scale})` : 'JSON';
  }
}

/** The fields of a batch in the order in which they came first. */
export class FieldTable {
  readonly fields: Field[] = [];
  /** Literal of the name -> its field; undefined where it can be no column. */
  readonly #byLiteral = new Map<string, Field | undefined>();
  readonly #folded = new Map<string, string>();

  /** Undefined where a table cannot have a column of that name beside those it has. */
  find(literal: string): Field | undefined {
    if (this.#byLiteral.has(literal)) return this.#byLiteral.get(literal);
    const field = this.#add(literal);
    // Batches of ever new names would otherwise be remembered whole.
    if (this.#byLiteral.size < 10 * mostColumns) this.#byLiteral.set(literal, field);
    return field;
  }

  #add(literal: string): Field | undefined {
    const name = literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
    const folded = foldName(name);
    const holder = this.#folded.get(folded);
    if (holder !== undefined)
      return holder === name ? this.fields.find((field) => field.name === name) : undefined;
    if (!isColumnName(name, folded) || this.fields.length >= mostColumns) return undefined;
    const field = new Field(name, this.fields.length);
    this.fields.push(field);
    this.#folded.set(folded, name);
    return field;
  }
}

const isColumnName = (name: string, folded: string): boolean =>
  name !== '' &&
  name.length <= longestName &&
  !name.includes('\0') &&
  !isHidden(folded) &&
  !taken.has(folded);
