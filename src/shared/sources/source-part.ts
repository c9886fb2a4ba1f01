import type { SourceConfig } from '../contract/sources.ts';
import { isDatabase } from './connection.ts';

export type ObjectFormat = 'csv' | 'json' | 'ndjson' | 'parquet';

/** What a node reads or writes of a source: a table, the rows of a query, or a file. */
export interface SourcePart {
  /** Name of the source. */
  readonly source: string;
  /** As the source's server calls it: `orders`, `public.orders`. */
  readonly table?: string;
  /** One SELECT in the server's own words. */
  readonly query?: string;
  /** Key of an object, path below a folder, path below an address (`''` is the address itself). */
  readonly path?: string;
  /** Of a file. */
  readonly format?: ObjectFormat;
  /** Of a table that is written. */
  readonly mode?: 'replace' | 'append';
}

/** Stands for a part wherever a path of a file would; people see it in messages. */
export function partKey({ source, table, query, path }: SourcePart): string {
  if (query !== undefined) return `query of ${source}: ${query}`;
  return `${source}: ${table ?? path ?? ''}`;
}

/** Stands for a part that is written: its refusal is another than that of the same part when it is read. */
export const targetKey = (part: SourcePart): string => `to ${partKey(part)}`;

/** The words for a part in a sentence. */
export function partText({ source, table, query, path }: SourcePart): string {
  if (query !== undefined) return `the query of "${source}"`;
  return `"${table ?? (path || 'its address')}" of "${source}"`;
}

/** Why a source of this type has no such part; undefined where it may have one. */
export function partFault(
  part: SourcePart,
  config: SourceConfig,
  verb: 'read' | 'write',
): string | undefined {
  const file = part.path !== undefined;
  if (isDatabase(config) && file)
    return verb === 'read'
      ? 'it is a database, which has no files. Read its tables with a "Table of a source" step.'
      : 'it is a database, which has no files. Write to its tables with a "Write to a table" step.';
  if (!isDatabase(config) && !file)
    return verb === 'read'
      ? 'it holds files, not tables. Read them with a "File of a source" step.'
      : 'it holds files, not tables. Write them with a "Write a file to a source" step.';
  if (verb === 'write' && config.type === 'http')
    return 'it is an address, which can only be read. Write to a bucket, a folder or a database.';
  return undefined;
}
