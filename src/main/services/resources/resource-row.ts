import type { StoredResource } from '../../store/resources-repository.ts';
import type { ServiceContext } from '../service-context.ts';
import type { PlacedInput, ResourceCaller } from './resource-kind.ts';

/** A row that stands for nothing else, with what it was sent with. */
export function newRow(
  context: ServiceContext,
  { environment }: Pick<ResourceCaller, 'environment'>,
  { type, name, version, tags, description, spec, workspaceId }: PlacedInput,
): StoredResource {
  const now = context.now();
  return {
    id: context.newId(),
    workspaceId,
    environment,
    type,
    name,
    targetId: null,
    datasetKey: null,
    version,
    tags,
    description,
    spec,
    specOf: null,
    createdAt: now,
    updatedAt: now,
    removedAt: null,
  };
}
