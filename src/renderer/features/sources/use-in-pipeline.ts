import type { SourceSummary } from '../../../shared/contract/sources.ts';
import { freeNodeId } from '../../../shared/kernel/ids.ts';
import { emptyDocument, type PipelineDocument } from '../../../shared/pipeline/document.ts';
import { isDatabase } from '../../../shared/sources/connection.ts';

/** A pipeline that begins with a table, an object or a file of a source. */
export function pipelineFrom(source: SourceSummary, table: string): PipelineDocument {
  const config = isDatabase(source.config)
    ? { source: source.name, table }
    : { source: source.name, path: table, format: formatOf(source, table) };
  return {
    ...emptyDocument((table === '' ? source.name : `${source.name}: ${table}`).slice(0, 200)),
    nodes: [
      {
        id: freeNodeId(
          table.split(/[./\\]/).findLast((part) => part !== '' && !endings.has(part)) ?? 'source',
          new Set(),
        ),
        kind: isDatabase(source.config) ? 'source-table' : 'source-file',
        v: 1,
        config,
        at: [0, 0],
      },
    ],
  };
}

const endings = new Set(['csv', 'tsv', 'txt', 'json', 'ndjson', 'jsonl', 'parquet', 'gz', 'zst']);

function formatOf({ config }: SourceSummary, path: string): 'csv' | 'json' | 'parquet' {
  const name = path === '' && config.type === 'http' ? new URL(config.url).pathname : path;
  if (/\.(json|ndjson|jsonl)(\.(gz|zst))?$/i.test(name)) return 'json';
  return /\.parquet$/i.test(name) ? 'parquet' : 'csv';
}
