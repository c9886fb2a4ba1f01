import type { StoredResource } from '../../store/resources-repository.ts';
import type { ServiceContext } from '../service-context.ts';

/** Tells a change of what has no event of its own: a secret, an announced dataset, labels. */
export function recordResource(
  { store, record }: ServiceContext,
  type: 'resource.created' | 'resource.updated' | 'resource.deleted',
  { id, name, environment, workspaceId, type: resourceType }: StoredResource,
): void {
  record(type, environment, {
    resourceType,
    resourceId: id,
    name,
    status: type === 'resource.deleted' ? 'deleted' : 'active',
    workspace: store.workspaces.nameOf(workspaceId) ?? 'public',
  });
}
