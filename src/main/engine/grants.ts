import { stat } from 'node:fs/promises';
import type { Environment } from '../../shared/contract/domain.ts';
import { type ErrorReport, reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import type { ParameterValues, PipelineDocument } from '../../shared/pipeline/document.ts';
import type { DatasetInput } from '../../shared/plan/dataset-input.ts';
import { newestBatch, parseReceivedKey, type ReceivedInput } from '../../shared/plan/received.ts';
import type { EngineServices } from '../services/engine-ports.ts';
import { type NodeReach, reachOf } from './reach.ts';
import { type SourceGrants, sourceGrants } from './source-grants.ts';

/** A path of a document that may not be used, and the node that names it. */
export interface Refusal {
  readonly nodeId: string;
  readonly error: ErrorReport;
}

/** What a task is given of the world outside: exactly what its nodes name and its pipeline may use. */
export interface Grants {
  readonly files: Readonly<Record<string, string>>;
  readonly refusedFiles: Readonly<Record<string, ErrorReport>>;
  readonly datasets: Readonly<Record<string, DatasetInput>>;
  /** Received records, by `receivedKey` of the source and the batch as the document writes them. */
  readonly received: Readonly<Record<string, ReceivedInput>>;
  /** Parts of sources; these hold secrets and are no part of a task over a document. */
  readonly sources: Pick<SourceGrants, 'reads' | 'writes'>;
  readonly refusals: readonly Refusal[];
}

export interface GrantRequest {
  readonly document: PipelineDocument;
  readonly environment: Environment;
  readonly pipelineId: string | undefined;
  /** Values of parameters: they may name a batch of received records. */
  readonly parameters?: ParameterValues;
  /** Folders that the run's key opens to it. */
  readonly folders?: readonly string[];
  /** Refusals count for these nodes only; all when left out. */
  readonly nodes?: ReadonlySet<string>;
  /** Runs write; drafts do not, so their targets are not asked for. */
  readonly writes: boolean;
}

export function resolveGrants(services: EngineServices, request: GrantRequest): Grants {
  const reaches = reachOf(request.document);
  const files: Record<string, string> = Object.create(null);
  const refusedFiles: Record<string, ErrorReport> = Object.create(null);
  const refusals: Refusal[] = [];
  const refuse = (nodeId: string, error: ErrorReport): void => {
    if (request.nodes?.has(nodeId) !== false) refusals.push({ nodeId, error });
  };
  for (const { nodeId, readsFiles = [], writesFiles = [] } of reaches) {
    for (const path of readsFiles) {
      const answer = attempt(() => services.files.resolveRead(path, request.pipelineId, request.folders));
      if (typeof answer === 'string') {
        files[path] = answer;
      } else {
        refusedFiles[path] = answer;
        refuse(nodeId, answer);
      }
    }
    for (const path of request.writes ? writesFiles : []) {
      const answer = attempt(() => services.files.resolveWrite(path, request.pipelineId, request.folders));
      if (typeof answer !== 'string') refuse(nodeId, answer);
    }
  }
  const names = datasetNames(reaches);
  const datasets =
    names.length > 0 ? services.datasets.resolve(names, request.environment, request.pipelineId) : {};
  const received = receivedBatches(services, reaches, request);
  const sources = sourceGrants(services, reaches, request);
  return {
    files: { ...files, ...sources.files },
    refusedFiles: { ...refusedFiles, ...sources.refused },
    datasets,
    received,
    sources,
    refusals: [...refusals, ...sources.refusals],
  };
}

/** Text that changes whenever what the grants lead to changes. */
export async function grantsIdentity(grants: Grants): Promise<string> {
  const files = await Promise.all(Object.values(grants.files).map(fileIdentity));
  const datasets = Object.values(grants.datasets).map(({ versionId }) => versionId);
  const batches = Object.values(grants.received).map(({ batchId }) => batchId);
  const sources = grants.sources.reads.map(({ key, source }) => [key, source.version]);
  return JSON.stringify([grants.files, files, grants.refusedFiles, datasets, batches, sources]);
}

async function fileIdentity(path: string): Promise<string> {
  try {
    const { size, mtimeNs, ino } = await stat(path, { bigint: true });
    return `${size}:${mtimeNs}:${ino}`;
  } catch {
    return 'missing';
  }
}

/** The batches that nodes name; one that is not there is left out, and the compiler tells it at the node. */
function receivedBatches(
  services: EngineServices,
  reaches: readonly NodeReach[],
  { document, environment, parameters = {} }: GrantRequest,
): Record<string, ReceivedInput> {
  const found: Record<string, ReceivedInput> = {};
  for (const key of new Set(reaches.flatMap(({ readsReceived = [] }) => readsReceived))) {
    const { source, batch } = parseReceivedKey(key);
    const name = batch.startsWith('$') ? batch.slice(1) : undefined;
    const value = name === undefined ? batch : (parameters[name] ?? document.parameters[name]?.default);
    const input = services.received.find(source, String(value ?? newestBatch), environment);
    if (input) found[key] = input;
  }
  return found;
}

function datasetNames(reaches: readonly NodeReach[]): string[] {
  return [...new Set(reaches.flatMap(({ readsDatasets = [] }) => readsDatasets))];
}

/** The path, or why it is refused. Anything but a refusal is a fault and goes on up. */
function attempt(resolve: () => string): string | ErrorReport {
  try {
    return resolve();
  } catch (error) {
    if (error instanceof SluiceError) return reportError(error);
    throw error;
  }
}
