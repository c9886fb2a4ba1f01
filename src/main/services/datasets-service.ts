import { join, relative, sep } from 'node:path';
import type { DatasetSummary } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { parseDatasetKey } from '../../shared/plan/dataset-key.ts';
import type { RunOutput } from '../runner/protocol.ts';
import { fold } from '../store/connection.ts';
import type { StoredVersion } from '../store/dataset-versions-repository.ts';
import type { StoredDataset } from '../store/datasets-repository.ts';
import type { StoredOutput } from '../store/run-outputs-repository.ts';
import type { StoredRun } from '../store/runs-repository.ts';
import type { PlacedOutput } from './engine-ports.ts';
import type { FileReaper } from './file-reaper.ts';
import type { ServiceContext } from './service-context.ts';
import type { DatasetsService } from './service-types.ts';

type DatasetOutput = Extract<RunOutput, { output: 'dataset' }>;

export interface DatasetPublisher {
  /** Makes a placed file a version of its dataset; inside the transaction that ends the run. */
  publish(run: StoredRun, placed: PlacedOutput, output: DatasetOutput): StoredOutput;
}

export function createDatasetsService(
  context: ServiceContext,
  reaper: FileReaper,
): DatasetsService & DatasetPublisher {
  const { store, home } = context;
  const { datasets, versions } = store;

  function find(id: string): StoredDataset {
    const dataset = datasets.find(id);
    if (!dataset) throw new SluiceError('not_found', { what: 'dataset', id });
    return dataset;
  }

  /** Pipelines read and publish in the workspace that owns them. */
  const workspaceOf = (pipelineId: string | undefined): string =>
    (pipelineId === undefined ? undefined : store.pipelines.workspaceOf(pipelineId)) ?? context.workspaceId;

  const absolute = (path: string): string => join(home.datasets, ...path.split('/'));

  function versionFile(id: string, versionId?: string) {
    const dataset = find(id);
    const wanted = versionId ?? dataset.versionId;
    const version: StoredVersion | undefined = versions.find(id, wanted);
    if (!version) throw new SluiceError('not_found', { what: 'version of this dataset', id: wanted });
    return { path: absolute(version.path), version: withoutPath(version), dataset: present(dataset) };
  }

  function announce(datasetId: string, change: 'published' | 'renamed' | 'removed' | 'pinned'): void {
    context.announce({ type: 'dataset.changed', datasetId, change });
  }

  /** The change as a domain event, and as a hint for the windows. */
  function tell(
    { id: datasetId, name, environment }: Pick<StoredDataset, 'id' | 'name' | 'environment'>,
    change: 'renamed' | 'removed',
  ): void {
    context.record(`dataset.${change}`, environment, { datasetId, name });
    announce(datasetId, change);
  }

  /**
   * The dataset that an output belongs to and the number of its new version. The name decides: between `reserve` and
   * now another run may have made a dataset of that name, or its owner may have renamed or removed the one reserved.
   */
  function place(
    run: StoredRun,
    placed: PlacedOutput,
    output: DatasetOutput,
  ): { datasetId: string; number: number } {
    const { environment } = run;
    const workspaceId = workspaceOf(run.pipelineId);
    const versionId = required(placed.versionId, 'version id');
    const existing = datasets.headByName(output.name, environment, workspaceId);
    if (output.mode === 'append') refuseLostAppend(output, existing?.versionId);
    const at = context.now();
    if (existing) return { datasetId: existing.id, number: datasets.advance(existing.id, versionId, at) };
    const reserved = required(placed.datasetId, 'dataset id');
    const datasetId = datasets.find(reserved) ? context.newId() : reserved;
    datasets.insert({ id: datasetId, workspaceId, environment, name: output.name.trim(), versionId, at });
    return { datasetId, number: 1 };
  }

  return {
    list: (filter = {}) => datasets.list(filter).map(present),

    get(id) {
      const dataset = find(id);
      return { ...present(dataset), versions: versions.list(id).map(withoutPath) };
    },

    versionFile,

    locate(id) {
      const place = versions.locate(id);
      if (!place) return undefined;
      return { ...versionFile(place.datasetId, place.versionId), pipelineId: place.pipelineId };
    },

    findByName(name, environment, workspaceId = context.workspaceId) {
      const dataset = datasets.findByName(name, environment, workspaceId);
      return dataset && present(dataset);
    },

    rename: (id, name) =>
      store.write(() => {
        const dataset = find(id);
        const wished = datasetName(name);
        const other = datasets.findByName(wished, dataset.environment, dataset.workspaceId);
        if (other && other.id !== id)
          throw new SluiceError('name_taken', { what: 'dataset', name: other.name });
        if (wished !== dataset.name) {
          datasets.rename(id, wished, context.now());
          tell({ ...dataset, name: wished }, 'renamed');
        }
        return present(find(id));
      }),

    pin: (id, pinned) =>
      store.write(() => {
        if (find(id).pinned !== pinned) {
          store.retention.pinDataset(id, pinned ? context.now() : null);
          announce(id, 'pinned');
        }
        return present(find(id));
      }),

    remove: (ids) =>
      store.write(() => {
        const removed = ids.filter((id) => {
          const files = versions.list(id).map(({ path }) => absolute(path));
          const dataset = datasets.find(id);
          if (!dataset || !datasets.remove(id)) return false;
          for (const file of files) reaper.doom(file);
          tell(dataset, 'removed');
          return true;
        });
        return { removed: removed.length };
      }),

    resolve(names, environment, pipelineId) {
      const workspaceId = workspaceOf(pipelineId);
      const found = names.flatMap((key) => {
        const { name, versionId: pinned } = parseDatasetKey(key);
        const dataset = datasets.findByName(name, environment, workspaceId);
        const version = dataset && (pinned === undefined ? dataset : versions.find(dataset.id, pinned));
        if (!dataset || !version) return [];
        const { rows, path } = version;
        const versionId = pinned ?? dataset.versionId;
        return [[key, { datasetId: dataset.id, versionId, rows, path: absolute(path) }] as const];
      });
      return Object.fromEntries(found);
    },

    reserve(name, environment, pipelineId) {
      const wished = datasetName(name);
      const head = datasets.headByName(wished, environment, workspaceOf(pipelineId));
      const datasetId = head?.id ?? context.newId();
      const versionId = context.newId();
      // Whoever places the file makes the folder: it is to be synced into the one above.
      return { datasetId, versionId, finalPath: join(home.datasets, datasetId, `${versionId}.parquet`) };
    },

    publish(run, placed, output) {
      const id = required(placed.versionId, 'version id');
      const { datasetId, number } = place(run, placed, output);
      versions.insert({
        id,
        datasetId,
        number,
        runSeq: run.seq,
        nodeId: output.nodeId,
        attempt: run.attempt,
        path: pathBelow(home.datasets, placed.finalPath),
        rows: output.rows,
        bytes: output.bytes,
        sha256: placed.sha256 ?? null,
        columns: output.columns,
        createdAt: context.now(),
      });
      announce(datasetId, 'published');
      const { nodeId, rows, bytes } = output;
      const name = output.name.trim();
      const version = { datasetId, name, versionId: id, number, rows, bytes, runId: run.id };
      context.record('dataset.published', run.environment, version);
      return { nodeId, kind: 'dataset', name, datasetId, versionId: id, rows, bytes };
    },
  };
}

/** Two runs that append at once both start from the same version; the second would drop the first one's rows. */
function refuseLostAppend(output: DatasetOutput, current: string | undefined): void {
  if (current === output.basedOn) return;
  throw new SluiceError('publish_failed', {
    reason: `The dataset "${output.name}" was changed by another run at the same time. Run it again.`,
  });
}

function datasetName(wish: string): string {
  const name = wish.trim();
  if (name.length >= 1 && name.length <= 200 && fold(name).length > 0) return name;
  throw new SluiceError('invalid_input', { reason: 'A dataset needs a name of 1 to 200 characters.' });
}

function present({ path: _path, workspaceId: _place, ...dataset }: StoredDataset): DatasetSummary {
  return dataset;
}

function withoutPath<Row extends { path: string }>({ path: _path, ...rest }: Row): Omit<Row, 'path'> {
  return rest;
}

function required(value: string | undefined, what: string): string {
  assert(value, `a placed dataset output has no ${what}`);
  return value;
}

function pathBelow(folder: string, path: string): string {
  const segments = relative(folder, path).split(sep);
  assert(segments.length === 2 && !segments.includes('..'), `${path} does not lie in the datasets folder`);
  return segments.join('/');
}
