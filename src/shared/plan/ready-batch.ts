import type { Column } from '../kernel/columns.ts';

/** A column of received records, and how the engine reads it from their lines. */
export interface BatchColumn extends Column {
  /** Its name in the lines, and the type it is read as before it becomes its own. */
  readonly field: string;
  readonly readAs: string;
}

/** Received records in the form that the engine reads: one JSON object a record, its fields called by their places. */
export interface ReadyBatch {
  readonly batchId: string;
  readonly records: number;
  readonly columns: readonly BatchColumn[];
  /** Of small batches a JSON array, bound as a parameter; of others a file of lines. */
  readonly source: { readonly text: string } | { readonly path: string; readonly longestLine: number };
}
