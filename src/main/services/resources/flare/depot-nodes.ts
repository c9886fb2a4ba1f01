import type { SourceConfig } from '../../../../shared/contract/sources.ts';
import type { PipelineNode } from '../../../../shared/pipeline/document.ts';
import { invalidResource } from '../invalid-resource.ts';
import { type DatasetAddress, datasetNameOf, ownDepot } from './address.ts';

/** A source as pipelines name it, and how it is reached. */
export interface Depot {
  readonly source: string;
  readonly config: SourceConfig;
}

/** The depot of that name that the sender may use. */
export type DepotOf = (name: string) => Depot | undefined;

type NodePart = Pick<PipelineNode, 'kind' | 'config'>;

const fileFormats = ['csv', 'json', 'ndjson', 'parquet'] as const;
type FileFormat = (typeof fileFormats)[number];

const endings: Readonly<Record<string, FileFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
  pq: 'parquet',
};

/** The step that reads from an address. Throws invalid_resource. */
export function readNode(
  address: DatasetAddress,
  format: string | undefined,
  depotOf: DepotOf,
  path: string,
): NodePart {
  if (address.depot === ownDepot) return { kind: 'dataset', config: { name: datasetNameOf(address) } };
  const { source, config } = requireDepot(address, depotOf, path);
  switch (config.type) {
    case 'folder': {
      const file = fileIn(address, format, path);
      return readFile(below(config.path, file.name), file.format);
    }
    case 's3':
    case 'http': {
      const file = fileIn(address, format, path);
      return { kind: 'source-file', config: { source, path: file.name, format: plainFormat(file.format) } };
    }
    default:
      return { kind: 'source-table', config: { source, table: tableOf(address) } };
  }
}

/** The step that writes to an address. Throws invalid_resource. */
export function writeNode(
  address: DatasetAddress,
  format: string | undefined,
  mode: 'replace' | 'append',
  depotOf: DepotOf,
  path: string,
): NodePart {
  if (address.depot === ownDepot)
    return { kind: 'save-dataset', config: { name: datasetNameOf(address), mode } };
  const { source, config } = requireDepot(address, depotOf, path);
  if (config.type !== 'postgresql' && config.type !== 'mysql' && config.type !== 'sqlite')
    return writeFile(address, format, mode, { source, config }, path);
  return { kind: 'write-table', config: { source, table: tableOf(address), mode } };
}

function writeFile(
  address: DatasetAddress,
  format: string | undefined,
  mode: 'replace' | 'append',
  { source, config }: Depot,
  path: string,
): NodePart {
  if (mode === 'append')
    throw invalidResource(`${path}.mode`, 'A file is replaced as a whole; only tables and datasets grow.');
  if (config.type === 'http')
    throw invalidResource(`${path}.dataset`, `Nothing can be written to the depot "${address.depot}".`);
  const file = fileIn(address, format, path);
  if (config.type === 'folder')
    return { kind: 'write-file', config: { path: below(config.path, file.name), format: file.format } };
  return { kind: 'write-source-file', config: { source, path: file.name, format: file.format } };
}

function requireDepot({ depot }: DatasetAddress, depotOf: DepotOf, path: string): Depot {
  const found = depotOf(depot);
  if (found) return found;
  throw invalidResource(`${path}.dataset`, `There is no depot named "${depot}" in this workspace.`);
}

/** The file that a dataset of a folder or bucket is: its ending comes from the format where it has none. */
function fileIn(address: DatasetAddress, given: string | undefined, path: string) {
  const name = datasetNameOf(address);
  const ending = /\.([a-z0-9]+)(?:\.(?:gz|zst))?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const told = endings[ending];
  const format = given === undefined ? (told ?? 'csv') : endings[given.toLowerCase()];
  if (!format)
    throw invalidResource(
      `${path}.format`,
      `Files are read and written as ${fileFormats.join(', ')}, not as "${given}".`,
    );
  return { name: told ? name : `${name}.${format}`, format };
}

function readFile(path: string, format: FileFormat): NodePart {
  if (format === 'csv') return { kind: 'csv-file', config: { path } };
  return { kind: format === 'parquet' ? 'parquet-file' : 'json-file', config: { path } };
}

const plainFormat = (format: FileFormat): string => (format === 'ndjson' ? 'json' : format);

const below = (folder: string, name: string): string =>
  folder === '' ? name : `${folder.replace(/[/\\]+$/, '')}/${name}`;

const tableOf = ({ collection, dataset }: DatasetAddress): string =>
  collection === '' ? dataset : `${collection}.${dataset}`;
