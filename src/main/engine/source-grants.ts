import { type ErrorReport, reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import type { SourceConnection } from '../../shared/sources/connection.ts';
import { partFault, partKey, type SourcePart, targetKey } from '../../shared/sources/source-part.ts';
import type { EngineServices } from '../services/engine-ports.ts';
import type { GrantRequest, Refusal } from './grants.ts';
import type { NodeReach } from './reach.ts';

/** A part of a source that a node may use. It holds secrets: no runner that is given a document gets it. */
export interface SourceGrant {
  readonly key: string;
  readonly nodeId: string;
  readonly part: SourcePart;
  readonly source: SourceConnection;
}

export interface SourceGrants {
  /** To be fetched before the task. */
  readonly reads: readonly SourceGrant[];
  /** To be handed over after it. */
  readonly writes: readonly SourceGrant[];
  /** Files of folder sources, which are read where they are. */
  readonly files: Readonly<Record<string, string>>;
  /** By the key of the part, which stands for a path. */
  readonly refused: Readonly<Record<string, ErrorReport>>;
  readonly refusals: readonly Refusal[];
}

type Asked = Omit<SourceGrant, 'source'>;

/** What the nodes name of sources, as far as their pipeline may use it. */
export function sourceGrants(
  services: EngineServices,
  reaches: readonly NodeReach[],
  request: GrantRequest,
): SourceGrants {
  const reads: SourceGrant[] = [];
  const writes: SourceGrant[] = [];
  const files: Record<string, string> = {};
  const refused: Record<string, ErrorReport> = {};
  const refusals: Refusal[] = [];
  const grant = (asked: Asked, verb: 'read' | 'write', list: SourceGrant[]): void => {
    try {
      const granted = grantPart(services, request, asked, verb);
      if ('file' in granted) files[asked.key] = granted.file;
      else list.push(granted);
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      refused[asked.key] = reportError(error);
      if (verb === 'read' || request.writes)
        refusals.push({ nodeId: asked.nodeId, error: reportError(error) });
    }
  };
  for (const { nodeId, readsSources = [], writesSources = [] } of reaches) {
    if (request.nodes?.has(nodeId) === false) continue;
    for (const part of readsSources) grant({ key: partKey(part), nodeId, part }, 'read', reads);
    for (const part of writesSources) grant({ key: targetKey(part), nodeId, part }, 'write', writes);
  }
  return { reads, writes, files, refused, refusals };
}

/** The source of a part, or the file that a part of a folder is. Throws where it may not be used. */
function grantPart(
  { sources }: EngineServices,
  { environment, pipelineId }: GrantRequest,
  asked: Asked,
  verb: 'read' | 'write',
): SourceGrant | { readonly file: string } {
  const { part } = asked;
  const source = sources.named(part, { environment, pipelineId });
  const fault = partFault(part, source.config, verb);
  if (fault) throw new SluiceError('source_refused', { name: part.source, reason: fault });
  if (source.config.type !== 'folder') return { ...asked, source };
  const file = sources.fileIn(source, part.path ?? '', verb);
  return verb === 'read' ? { file } : { ...asked, source };
}
