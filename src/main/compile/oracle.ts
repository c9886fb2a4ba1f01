import type { Column } from '../../shared/kernel/columns.ts';
import type { Json } from '../../shared/kernel/json.ts';

/** A value bound to a `$name` in a statement. The type is DuckDB's; dates and times are ISO text. */
export interface BoundParameter {
  readonly type: string;
  readonly value: string | number | boolean | null;
}

export type BoundParameters = Readonly<Record<string, BoundParameter>>;

/**
 * What the compiler asks of the engine: it never runs a pipeline, it only learns how DuckDB reads a text.
 * Implemented on a connection by `runner/oracle.ts`.
 */
export interface Oracle {
  /** Columns of a query. Throws the engine's own error where the query does not bind. */
  describe(sql: string, parameters?: BoundParameters): Promise<readonly Column[]>;
  /** The answer of `json_serialize_sql`: `{error: false, statements}` or `{error: true, error_message, position?}`. */
  parse(sql: string): Promise<Json>;
  /** The rows of a small internal query, every value as text. */
  rows(sql: string): Promise<readonly (readonly (string | null)[])[]>;
}
