import { reachOfNode } from '../../nodes/_kit/reach-of.ts';
import { definitionOf } from '../../nodes/_kit/registry.ts';
import { type SourceConfig, sourceConfig } from '../../shared/contract/sources.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { SourceConnection } from '../../shared/sources/connection.ts';
import type { SourcePart } from '../../shared/sources/source-part.ts';
import { fold } from '../store/connection.ts';
import type { FoundSource, SourcePlace, SourcesRepository } from '../store/sources-repository.ts';

/** What a step writes of a source: its name, and the key or path below it. */
export type NamedPart = Pick<SourcePart, 'source' | 'path'>;

/** How a step came to mean a source. */
export interface MeantSource {
  readonly source: FoundSource;
  /** By its bucket's name: paths are whole keys of the bucket, whatever the prefix of the source. */
  readonly byBucket: boolean;
}

/**
 * The source that a step means by the text it names, where a pipeline of this place sees one: by its name, else by its
 * id, else by the name of its bucket. Each is looked for in the pipeline's own workspace before the public one, and among
 * the environment's own before those for all. Throws source_refused where two buckets of one name fit equally.
 */
export function meantSource(
  sources: SourcesRepository,
  { source: text, path = '' }: NamedPart,
  { environment, workspaceId }: SourcePlace,
  publicWorkspace: string,
): MeantSource | undefined {
  const places = [...new Set([workspaceId, publicWorkspace])].flatMap((workspace) =>
    [...new Set([environment, null])].map((each) => ({ workspaceId: workspace, environment: each })),
  );
  for (const place of places) {
    const source = sources.findByName(text, place);
    if (source) return { source, byBucket: false };
  }
  const known = sources.find(text.trim());
  if (known && places.some((place) => isAt(known, place))) return { source: known, byBucket: false };
  const buckets = sources.list().filter((source) => holdsKey(source.config, text, path));
  for (const place of places) {
    const source = nearestBucket(
      buckets.filter((each) => isAt(each, place)),
      text,
    );
    if (source) return { source, byBucket: true };
  }
  return undefined;
}

const isAt = (source: SourcePlace, place: SourcePlace): boolean =>
  source.workspaceId === place.workspaceId && source.environment === place.environment;

const folderOf = (prefix: string): string => prefix.replace(/^\/+|\/+$/g, '');

/** It is a bucket of that name, and its prefix, if it has one, is a folder above the key. */
function holdsKey(config: SourceConfig, bucket: string, key: string): boolean {
  if (config.type !== 's3' || config.bucket !== bucket.trim()) return false;
  const folder = folderOf(config.prefix);
  return folder === '' || key.replace(/^\/+/, '').startsWith(`${folder}/`);
}

/** The one whose prefix says most of the key. */
function nearestBucket(sources: readonly FoundSource[], bucket: string): FoundSource | undefined {
  const length = ({ config }: FoundSource): number =>
    config.type === 's3' ? folderOf(config.prefix).length : 0;
  const longest = Math.max(0, ...sources.map(length));
  const [first, second] = sources.filter((source) => length(source) === longest);
  if (!first || !second) return first;
  throw new SluiceError('source_refused', {
    name: bucket,
    reason: `the sources "${first.name}" and "${second.name}" are both this bucket. Name one of them instead.`,
  });
}

/** A source is changed into what a step means by it: a bucket named as such has its keys as they are written. */
export const asMeant = (connection: SourceConnection, { byBucket }: MeantSource): SourceConnection =>
  byBucket && connection.config.type === 's3'
    ? {
        ...connection,
        config: { ...connection.config, prefix: '' },
        version: `${connection.version} whole bucket`,
      }
    : connection;

/** An address on the web that is no stored source: a connection of its own, which has no secrets. */
export function addressConnection(text: string): SourceConnection | undefined {
  const url = text.trim();
  if (!/^https?:\/\//i.test(url)) return undefined;
  const refused = (reason: string) => new SluiceError('source_refused', { name: 'the address', reason });
  if (!URL.canParse(url)) throw refused(`"${url}" is no address of a file on the web.`);
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    throw refused('it holds a user or a password. Make a source of it, which keeps them in the keychain.');
  const config = sourceConfig.safeParse({ type: 'http', url });
  if (!config.success) throw refused('it is too long: an address has at most 2,048 characters.');
  return { name: url, config: config.data, secrets: {}, version: url };
}

/** The parts of sources that the nodes of a document read or write; of disabled ones too. */
export function partsNamed({ nodes }: PipelineDocument): { nodeId: string; part: NamedPart }[] {
  return nodes.flatMap((node) => {
    const definition = definitionOf(node.kind);
    const { readsSources = [], writesSources = [] } = (definition && reachOfNode(node, definition)) ?? {};
    return [...readsSources, ...writesSources].map((part) => ({ nodeId: node.id, part }));
  });
}

/** The texts that can stand for a source in a pipeline. */
export const textsFor = ({ id, name, config }: FoundSource): string[] =>
  config.type === 's3' ? [name, id, config.bucket] : [name, id];

/** It could mean this source, as far as its text goes. */
export const couldMean = ({ source: text, path = '' }: NamedPart, source: FoundSource): boolean =>
  fold(text.trim()) === fold(source.name) || text.trim() === source.id || holdsKey(source.config, text, path);
