import type { Column } from '../kernel/columns.ts';
import type { SourcePart } from '../sources/source-part.ts';

/**
 * The relational plan: what a graph means, as plain JSON. It is built by the node kinds, printed as SQL by
 * `main/compile`, shown to people, and digested to know whether a kept result may be used again.
 * It never holds SQL text of ours: names and values are data, quoted by the dialect alone.
 */

/** Where in a node's config a user's text stands, so that an error in it lands on the right field. */
export type ConfigPath = readonly (string | number)[];

export type LiteralValue = string | number | boolean | null;

export type CompareOperator =
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'is distinct from'
  | 'is not distinct from';

/** A value computed from one row. */
export type Scalar =
  | { readonly op: 'column'; readonly name: string; readonly side?: 'left' | 'right' }
  | { readonly op: 'literal'; readonly value: LiteralValue; readonly type?: string }
  /** Text a user wrote: parsed by DuckDB and checked against the allow-list before it is printed. */
  | {
      readonly op: 'expression';
      readonly text: string;
      readonly path: ConfigPath;
      readonly aggregate?: boolean;
    }
  /** A function chosen by a kind, never by a user's text. */
  | {
      readonly op: 'call';
      readonly name: string;
      readonly args: readonly Scalar[];
      readonly distinct?: boolean;
    }
  | {
      readonly op: 'compare';
      readonly operator: CompareOperator;
      readonly left: Scalar;
      readonly right: Scalar;
    }
  | { readonly op: 'all' | 'any'; readonly of: readonly Scalar[] }
  | { readonly op: 'not'; readonly of: Scalar }
  | { readonly op: 'is-null'; readonly of: Scalar }
  | { readonly op: 'in'; readonly value: Scalar; readonly options: readonly Scalar[] }
  | { readonly op: 'cast'; readonly of: Scalar; readonly type: string; readonly lenient?: boolean }
  | {
      readonly op: 'case';
      readonly when: readonly { if: Scalar; then: Scalar }[];
      readonly otherwise: Scalar;
    }
  /** A function of one value, as list functions take it; its body names the parameter as a column. */
  | { readonly op: 'lambda'; readonly parameter: string; readonly body: Scalar }
  | { readonly op: 'list'; readonly of: readonly Scalar[] }
  /** The place of a row in the order in which rows arrive, from 1. Only in `extend`. */
  | { readonly op: 'row-number' };

export interface NamedScalar {
  readonly name: string;
  readonly value: Scalar;
}

export interface SortKey {
  readonly value: Scalar;
  readonly descending: boolean;
  /** DuckDB's own default is last. */
  readonly nulls: 'first' | 'last';
}

/** A file as the document names it (relative to the files folder, or absolute); the runner resolves it. */
export interface FileRef {
  readonly path: string;
  readonly configPath: ConfigPath;
  /** Name of the source that it was fetched from: `path` is then the key of that part. */
  readonly source?: string;
}

export interface CsvOptions {
  /** Each undefined one is sniffed. */
  readonly delimiter?: string;
  readonly quote?: string;
  readonly escape?: string;
  readonly header?: boolean;
  readonly encoding?: 'utf-8' | 'latin-1' | 'utf-16';
  readonly nullText?: readonly string[];
  readonly decimalSeparator?: '.' | ',';
  readonly dateFormat?: string;
  readonly timestampFormat?: string;
  readonly skipLines?: number;
  /** Column name -> DuckDB type, over what was sniffed. */
  readonly types?: Readonly<Record<string, string>>;
  /** Every column as text, nothing sniffed: keeps leading zeros. */
  readonly allText?: boolean;
  /** Sniffed number columns whose values carry leading zeros stay text. */
  readonly keepLeadingZeros?: boolean;
  readonly badRows: 'fail' | 'skip';
}

export interface JsonOptions {
  readonly format: 'auto' | 'array' | 'newline_delimited';
  readonly types?: Readonly<Record<string, string>>;
  /** Dotted path to the array of records inside one object, e.g. "data.items". */
  readonly recordsAt?: string;
  readonly badRows: 'fail' | 'skip';
}

export type JoinKind = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'cross';

/** Rows, as made from other rows or read from outside. */
export type Relation =
  /** The rows that arrive at an input port (`index` where a port takes several wires). */
  | { readonly rel: 'input'; readonly port: string; readonly index: number }
  /** The rows of another output port of the same node; that port must not read this one. */
  | { readonly rel: 'own'; readonly port: string }
  | { readonly rel: 'read-csv'; readonly file: FileRef; readonly options: CsvOptions }
  | { readonly rel: 'read-json'; readonly file: FileRef; readonly options: JsonOptions }
  | { readonly rel: 'read-parquet'; readonly file: FileRef }
  | {
      readonly rel: 'read-dataset';
      readonly name: string;
      readonly versionId?: string;
      readonly configPath: ConfigPath;
    }
  /** Records that were sent to us: `batch` as the document writes it, an id, `newest`, or a parameter such as `$batch`. */
  | {
      readonly rel: 'read-received';
      readonly source: string;
      readonly batch: string;
      readonly configPath: ConfigPath;
    }
  /** Rows written into the document: row-major, one value a column, already of the columns' types or text to cast. */
  | {
      readonly rel: 'values';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly LiteralValue[])[];
    }
  | { readonly rel: 'filter'; readonly input: Relation; readonly where: Scalar }
  /** Exactly these columns, in this order. */
  | { readonly rel: 'project'; readonly input: Relation; readonly columns: readonly NamedScalar[] }
  /** All columns of the input, with these replaced in place or added at the end. */
  | { readonly rel: 'extend'; readonly input: Relation; readonly columns: readonly NamedScalar[] }
  | {
      readonly rel: 'join';
      readonly kind: JoinKind;
      readonly left: Relation;
      readonly right: Relation;
      /** Scalars in it name their side. Absent for cross. */
      readonly on?: Scalar;
      /** Output columns; semi and anti joins only have the left side's. */
      readonly columns: readonly NamedScalar[];
    }
  | { readonly rel: 'union'; readonly inputs: readonly Relation[]; readonly distinct: boolean }
  | {
      readonly rel: 'aggregate';
      readonly input: Relation;
      readonly groups: readonly NamedScalar[];
      readonly aggregates: readonly NamedScalar[];
    }
  | { readonly rel: 'sort'; readonly input: Relation; readonly keys: readonly SortKey[] }
  /** One row a key: the first by `order` (ties are broken by the input's own order). */
  | {
      readonly rel: 'dedupe';
      readonly input: Relation;
      readonly keys: readonly Scalar[];
      readonly order: readonly SortKey[];
      readonly keep: 'first' | 'last';
    }
  | { readonly rel: 'limit'; readonly input: Relation; readonly count: number; readonly offset: number }
  | {
      readonly rel: 'sample';
      readonly input: Relation;
      readonly size: { readonly rows: number } | { readonly percent: number };
      /** Same seed, same rows. */
      readonly seed: number;
    }
  /** One SELECT that a user wrote; `tables` maps each name it may use to its rows. */
  | {
      readonly rel: 'sql';
      readonly text: string;
      readonly path: ConfigPath;
      readonly tables: Readonly<Record<string, Relation>>;
    };

export type FileFormat = 'csv' | 'json' | 'ndjson' | 'parquet';

/** What a sink does with its rows. Only a run performs it; a preview shows the rows that would arrive. */
export type SinkAction =
  | { readonly sink: 'save-dataset'; readonly name: string; readonly mode: 'replace' | 'append' }
  | {
      readonly sink: 'write-file';
      readonly file: FileRef;
      readonly format: FileFormat;
      readonly csv?: {
        readonly delimiter: string;
        readonly header: boolean;
        readonly spreadsheetSafe: boolean;
      };
    }
  /** Performed outside, once all that the run computes is there: see `SourcePart`. */
  | {
      readonly sink: 'write-source';
      readonly part: SourcePart;
      readonly configPath: ConfigPath;
      readonly csv?: {
        readonly delimiter: string;
        readonly header: boolean;
        readonly spreadsheetSafe: boolean;
      };
    };

/**
 * Rows that a node judged, in a port of its own that no wire can reach: they are computed once and put into a table,
 * whatever reads the node's other ports, so that good and bad rows are told apart in one pass.
 */
export interface RowCheck {
  readonly port: string;
  /** Column of that port: null for a good row, else a list of texts that say what is wrong with it. */
  readonly reasons: string;
  /** Ports of the good and of the bad rows. */
  readonly passed: string;
  readonly rejected: string;
  /** One bad row ends the run. */
  readonly fail: boolean;
}

/** What one node means: rows for each output port, or a sink over its input. */
export interface NodePlan {
  readonly outputs: Readonly<Record<string, Relation>>;
  readonly check?: RowCheck;
  readonly sink?: { readonly input: Relation; readonly action: SinkAction };
}
