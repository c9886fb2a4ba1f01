import { z } from 'zod';

/** Which control the inspector shows for a field. Each is drawn once, in the editor; kinds only name it. */
export type Widget =
  | 'text'
  | 'textarea'
  | 'number'
  | 'switch'
  | 'choice'
  /** One SQL expression over the columns of input `input` (default the first). */
  | 'expression'
  /** A boolean expression, written or clicked together (column, operator, value). */
  | 'condition'
  /** One SELECT statement. */
  | 'sql'
  | 'column'
  | 'columns'
  /** [{name, expression}] */
  | 'derivations'
  /** [{column, as?, type?}] in order, over all columns of the input. */
  | 'selection'
  /** [{column, descending, nulls}] */
  | 'sort-keys'
  /** [{left, right}] */
  | 'join-keys'
  /**
   * [{function, column? | expression?, as?, p? (percentile), by? (first, last), separator? (string_agg)}];
   * `aggregationName` of the aggregate kind gives the name where `as` is left out.
   */
  | 'aggregations'
  /** [{column | every: any|text|number, with: value|zero|empty_text|column, value?, from?}]: what nulls become. */
  | 'fills'
  /** { column name: DuckDB type } over the node's own output columns. */
  | 'column-types'
  | 'open-file'
  | 'save-file'
  | 'dataset'
  /** Typed rows: {columns, rows} edited as a small table, paste included. */
  | 'rows'
  /** A list of short texts. */
  | 'texts'
  /** What rows must be like: the rules of the validate kind, each about a column or a condition over the row. */
  | 'row-rules'
  /** A source under Sources, by its name. */
  | 'source'
  /** A table, an object or a file of the source that the field `source` names. */
  | 'source-object'
  /** A JSON value, written as text. */
  | 'json';

/** How a field of a config is shown and explained; the words are the docs' and the API catalogue's too. */
export interface FieldHint {
  readonly widget: Widget;
  readonly label: string;
  readonly help?: string;
  readonly placeholder?: string;
  /** Which input port's columns the field speaks of; the first when left out. */
  readonly input?: string;
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  /** Shown only while another field of the same config has one of these values. */
  readonly when?: { readonly field: string; readonly is: readonly unknown[] };
  /** Folded away under "More" until it is set or opened. */
  readonly advanced?: boolean;
  /** File widgets: which endings are offered. */
  readonly extensions?: readonly string[];
}

/** Field hints live beside the zod schema they describe. */
export const fieldHints = z.registry<FieldHint>();

/** Attaches a hint to a schema: `field(z.string(), { widget: 'text', label: 'Name' })`. */
export function field<Schema extends z.ZodType>(schema: Schema, hint: FieldHint): Schema {
  const described = hint.help ? schema.describe(hint.help) : schema.describe(hint.label);
  fieldHints.add(described, hint);
  return described as Schema;
}
