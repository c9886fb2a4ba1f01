export interface OutputFormat {
  readonly label: string;
  /** The kind that reads such a file. */
  readonly kind: 'csv-file' | 'json-file' | 'parquet-file';
}

const formats: Record<string, OutputFormat> = {
  csv: { label: 'CSV', kind: 'csv-file' },
  tsv: { label: 'TSV', kind: 'csv-file' },
  txt: { label: 'Text', kind: 'csv-file' },
  json: { label: 'JSON', kind: 'json-file' },
  ndjson: { label: 'NDJSON', kind: 'json-file' },
  jsonl: { label: 'NDJSON', kind: 'json-file' },
  parquet: { label: 'Parquet', kind: 'parquet-file' },
};

/** What a file is by the end of its name, compressed or not; undefined where that tells nothing. */
export function formatOf(name: string): OutputFormat | undefined {
  const ending = /\.([a-z0-9]+)(?:\.(?:gz|zst))?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(formats, ending) ? formats[ending] : undefined;
}
