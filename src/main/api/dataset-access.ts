import type { KeySummary } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { uuid } from '../../shared/kernel/ids.ts';
import type { DatasetsService, LocatedDataset } from '../services/service-types.ts';

/**
 * The dataset (its current version) or the version that an id means, for a door. Another environment's is not there,
 * nor is what a pipeline made that the key does not reach.
 */
export function visibleDataset(
  datasets: Pick<DatasetsService, 'locate'>,
  key: Pick<KeySummary, 'environment' | 'pipelineIds'>,
  id: string,
): LocatedDataset {
  const found = uuid.safeParse(id).success ? datasets.locate(id.toLowerCase()) : undefined;
  if (found && found.dataset.environment === key.environment && reachesMaker(key.pipelineIds, found))
    return found;
  throw new SluiceError('not_found', { what: 'dataset', id: id.slice(0, 100) });
}

/**
 * The dataset that an id means inside a pipeline: a dataset's id its current version at each run, a version's id that one
 * for ever. Undefined for what the key does not see.
 */
export function namedDataset(
  datasets: Pick<DatasetsService, 'locate'>,
  key: Pick<KeySummary, 'environment' | 'pipelineIds'>,
  id: string,
): { name: string; versionId?: string } | undefined {
  try {
    const { dataset, version } = visibleDataset(datasets, key, id);
    return { name: dataset.name, ...(version.id === id.toLowerCase() && { versionId: version.id }) };
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function reachesMaker(pipelineIds: readonly string[] | null, { pipelineId }: LocatedDataset): boolean {
  return pipelineIds === null || (pipelineId !== null && pipelineIds.includes(pipelineId));
}
