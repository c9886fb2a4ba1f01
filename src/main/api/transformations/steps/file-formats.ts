export type FileFormat = 'csv' | 'json' | 'parquet';

/** The format that a file's ending tells; undefined where it tells none. */
export function formatOfName(name: string): FileFormat | undefined {
  const plain = name
    .toLowerCase()
    .replace(/[?#].*$/, '')
    .replace(/\.(gz|zst)$/, '');
  if (/\.(csv|tsv|txt)$/.test(plain)) return 'csv';
  if (/\.(json|ndjson|jsonl)$/.test(plain)) return 'json';
  return /\.parquet$/.test(plain) ? 'parquet' : undefined;
}

/** The node that reads a file of the files folder; undefined where its format is not known. */
export function fileSource(
  path: string,
  format = formatOfName(path),
): { kind: string; config: Record<string, unknown> } | undefined {
  return format && { kind: `${format}-file`, config: { path } };
}

/** The formats that a file can be written in, by its ending. */
export function writtenFormat(name: string): 'csv' | 'json' | 'ndjson' | 'parquet' | undefined {
  const ending = /\.([a-z]+)$/.exec(name.toLowerCase())?.[1];
  if (ending === 'jsonl') return 'ndjson';
  return ending === 'csv' || ending === 'json' || ending === 'ndjson' || ending === 'parquet'
    ? ending
    : undefined;
}
