import type { SqlValue } from './connection.ts';

/** What a list is narrowed by: parts of a WHERE, and the values of their places. */
export class Conditions {
  readonly parts: string[] = [];
  readonly values: Record<string, SqlValue> = {};

  /** Nothing is asked where the value was left out, or is empty. */
  add(name: string, value: SqlValue | undefined, condition: string): void {
    if (value === undefined || value === '') return;
    this.parts.push(condition);
    this.values[name] = value;
  }

  /** One of these values, where there are any. */
  addAny(name: string, values: readonly string[] | undefined, column: string): void {
    const list = values?.length ? JSON.stringify(values) : undefined;
    this.add(name, list, `${column} IN (SELECT value FROM json_each(@${name}))`);
  }

  get where(): string {
    return this.parts.length > 0 ? `WHERE ${this.parts.map((part) => `(${part})`).join(' AND ')}` : '';
  }
}
