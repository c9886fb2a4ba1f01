import type { Column } from '../kernel/columns.ts';

/** Columns whose names begin so hold what a table cannot say by itself; no door shows them. */
export const hiddenPrefix = '_sluice_';
/** VARCHAR[]: the fields that a record did not have, where others had them; a null there means missing. */
export const absentColumn = `${hiddenPrefix}absent`;
/** JSON: fields of a record that no column can hold, such as a second one that differs in its letters' case only. */
export const moreColumn = `${hiddenPrefix}more`;

export const isHidden = (name: string): boolean => name.startsWith(hiddenPrefix);

/** The columns that a reader is shown. */
export const visibleColumns = <Shape extends Pick<Column, 'name'>>(columns: readonly Shape[]): Shape[] =>
  columns.filter(({ name }) => !isHidden(name));

/** Records that came in one request, as main hands them to a task: the text of their JSON, whole or in a file. */
export interface ReceivedInput {
  readonly batchId: string;
  readonly records: number;
  /** Of small batches. */
  readonly text?: string;
  readonly path?: string;
}

/** What a run asks for when it reads received records, as one text. */
export const receivedKey = (source: string, batch: string): string => JSON.stringify([source, batch]);

export function parseReceivedKey(key: string): { source: string; batch: string } {
  const [source, batch] = JSON.parse(key) as [string, string];
  return { source, batch };
}

/** The batch of a source that came last. */
export const newestBatch = 'newest';
