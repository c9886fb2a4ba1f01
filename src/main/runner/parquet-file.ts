import { z } from 'zod';
import { type Column, column } from '../../shared/kernel/columns.ts';
import { dialect } from '../compile/dialect.ts';
import type { Database } from './database.ts';
import { fromStored } from './stored-types.ts';

/** Written into the footer of a kept output, so that the file itself proves what it is. */
const keptKey = 'sluice_kept';
const keptMetadata = z.object({ digest: z.string(), columns: z.array(column) });
export type KeptMetadata = z.infer<typeof keptMetadata>;

export interface ParquetFile {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  /** Present where the file is a node's kept output. */
  readonly kept: KeptMetadata | undefined;
  /** The file's rows in their true types, as a table expression; `where` speaks of the stored rows. */
  table(where?: string): string;
}

/** What a Parquet file holds, from its footer alone. Throws where the file is missing or broken. */
export async function openParquet(database: Database, path: string): Promise<ParquetFile> {
  const quoted = dialect.text(path);
  const [counted] = await database.rows(`SELECT num_rows FROM parquet_file_metadata(${quoted})`);
  const kept = await readKeptMetadata(database, path);
  const columns =
    kept?.columns ?? (await database.oracle.describe(`SELECT * FROM ${dialect.readParquet(path)}`));
  return {
    path,
    rows: Number(counted?.[0] ?? 0),
    columns,
    kept,
    table(where) {
      const stored = where
        ? `(SELECT * FROM ${dialect.readParquet(path)} WHERE ${where})`
        : dialect.readParquet(path);
      return kept ? fromStored(stored, columns) : stored;
    },
  };
}

async function readKeptMetadata(database: Database, path: string): Promise<KeptMetadata | undefined> {
  const found = await database.rows(
    `SELECT decode(value) FROM parquet_kv_metadata(${dialect.text(path)}) WHERE decode(key) = ${dialect.text(keptKey)}`,
  );
  const text = found[0]?.[0];
  if (typeof text !== 'string') return undefined;
  const parsed = keptMetadata.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}

/** COPY of already stored rows (see `toStored`) into a kept file that carries its digest and its true columns. */
export function copyKept(query: string, path: string, metadata: KeptMetadata): string {
  const footer = dialect.textStruct([[keptKey, JSON.stringify(metadata)]]);
  const options = `FORMAT parquet, COMPRESSION snappy, USE_TMP_FILE false, KV_METADATA ${footer}`;
  return `COPY (\n${query}\n) TO ${dialect.text(path)} (${options})`;
}
