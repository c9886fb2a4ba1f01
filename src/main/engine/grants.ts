import { stat } from 'node:fs/promises';
import type { Environment } from '../../shared/contract/domain.ts';
import { type ErrorReport, reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import type { DatasetInput } from '../../shared/plan/dataset-input.ts';
import type { EngineServices } from '../services/engine-ports.ts';
import { type NodeReach, reachOf } from './reach.ts';

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
  readonly refusals: readonly Refusal[];
}

export interface GrantRequest {
  readonly document: PipelineDocument;
  readonly environment: Environment;
  readonly pipelineId: string | undefined;
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
      const answer = attempt(() => services.files.resolveRead(path, request.pipelineId));
      if (typeof answer === 'string') {
        files[path] = answer;
      } else {
        refusedFiles[path] = answer;
        refuse(nodeId, answer);
      }
    }
    for (const path of request.writes ? writesFiles : []) {
      const answer = attempt(() => services.files.resolveWrite(path, request.pipelineId));
      if (typeof answer !== 'string') refuse(nodeId, answer);
    }
  }
  const names = datasetNames(reaches);
  const datasets = names.length > 0 ? services.datasets.resolve(names, request.environment) : {};
  return { files: { ...files }, refusedFiles: { ...refusedFiles }, datasets, refusals };
}

/** Text that changes whenever what the grants lead to changes. */
export async function grantsIdentity(grants: Grants): Promise<string> {
  const files = await Promise.all(Object.values(grants.files).map(fileIdentity));
  const datasets = Object.values(grants.datasets).map(({ versionId }) => versionId);
  return JSON.stringify([grants.files, files, grants.refusedFiles, datasets]);
}

async function fileIdentity(path: string): Promise<string> {
  try {
    const { size, mtimeNs, ino } = await stat(path, { bigint: true });
    return `${size}:${mtimeNs}:${ino}`;
  } catch {
    return 'missing';
  }
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
