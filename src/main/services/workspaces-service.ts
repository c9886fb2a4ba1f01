import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { StoredWorkspace, WorkspaceContent } from '../store/workspaces-repository.ts';
import type { ServiceContext } from './service-context.ts';

/** Named spaces that own pipelines, datasets, sources and secrets. Both environments share them. */
export interface WorkspacesService {
  /** In order of name. */
  list(): StoredWorkspace[];
  find(name: string): StoredWorkspace | undefined;
  /** The one of that name; made where there is none. */
  ensure(name: string): StoredWorkspace;
  /** Throws resource_exists. */
  create(name: string, description: string): StoredWorkspace;
  /** Throws resource_missing, workspace_protected, and workspace_in_use while it holds anything. */
  remove(name: string): StoredWorkspace;
}

export function createWorkspacesService(context: ServiceContext): WorkspacesService {
  const { store } = context;
  const { workspaces } = store;

  function create(name: string, description: string): StoredWorkspace {
    return store.write(() => {
      if (workspaces.find(name)) throw new SluiceError('resource_exists', about(name));
      workspaces.insert({ id: context.newId(), name, description, createdAt: context.now() });
      return found(name);
    });
  }

  function found(name: string): StoredWorkspace {
    const workspace = workspaces.find(name);
    if (!workspace) throw new SluiceError('resource_missing', about(name));
    return workspace;
  }

  return {
    list: () => workspaces.list(),
    find: (name) => workspaces.find(name),
    ensure: (name) => workspaces.find(name) ?? create(name, ''),
    create,

    remove: (name) =>
      store.write(() => {
        const workspace = found(name);
        if (workspace.id === context.workspaceId) throw new SluiceError('workspace_protected', { name });
        const content = wordsOf(workspaces.content(workspace.id));
        if (content !== '') throw new SluiceError('workspace_in_use', { name, content });
        workspaces.remove(workspace.id, context.now());
        return workspace;
      }),
  };
}

const about = (name: string) => ({ title: 'Workspace', type: 'workspace', name });

function wordsOf({ pipelines, datasets, sources, others }: WorkspaceContent): string {
  const parts = [
    counted(pipelines, 'workflow'),
    counted(datasets, 'dataset'),
    counted(sources, 'depot'),
    counted(others, 'other resource'),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

const counted = (count: number, what: string): string =>
  count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`;
