import type { ResourceStatus, ResourceType } from '../../shared/contract/resources.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { FoundResource, ResourceFilter } from '../store/resources-repository.ts';
import type { EventBus } from './event-bus.ts';
import type { LogReader } from './log-reader.ts';
import { refuseSharedChange } from './reach-beyond.ts';
import { createDatasetKind } from './resources/datasets.ts';
import { createDepots } from './resources/depots.ts';
import type { ResourceBook } from './resources/resource-book.ts';
import type {
  MadeResource,
  PlacedInput,
  ResourceCaller,
  ResourceInput,
  ResourceKind,
} from './resources/resource-kind.ts';
import { createResourceLogs, type LogsAsked, type ResourceLine } from './resources/resource-logs.ts';
import { createSecrets, secretValues } from './resources/secrets.ts';
import { createServiceKind } from './resources/services.ts';
import { createWorkflows, type WorkflowParts } from './resources/workflows.ts';
import { createSecretBook, type SecretStore } from './secret-book.ts';
import type { ServiceContext } from './service-context.ts';
import type { DatasetsService } from './service-types.ts';
import type { SourcesService } from './sources-service.ts';
import type { TriggersService } from './triggers-service.ts';
import type { WorkspacesService } from './workspaces-service.ts';

export type { MadeResource, ResourceCaller, ResourceInput } from './resources/resource-kind.ts';
export type { LogsAsked, ResourceLine } from './resources/resource-logs.ts';

/** Which resource is meant; without a workspace `public` comes first, then the only other one that has it. */
export interface ResourceAddress {
  readonly type: ResourceType;
  readonly name: string;
  readonly workspace?: string | undefined;
}

export interface ResourceListAsked {
  readonly types?: readonly ResourceType[] | undefined;
  readonly workspace?: string | undefined;
  readonly name?: string | undefined;
  readonly tag?: string | undefined;
  readonly status?: ResourceStatus | undefined;
  readonly limit: number;
  readonly offset: number;
}

export type ResourceDetail = FoundResource & { readonly told: Readonly<Record<string, unknown>> };

/**
 * The core's things as the resources of one key: what belongs to another environment, or to a pipeline that the key does
 * not reach, is not there. A key that is limited to pipelines makes nothing.
 */
export interface ResourcesService {
  /** Reads the values of secrets; once, at start. A failure is answered, not thrown. */
  loadSecrets(): Promise<unknown>;
  /** Names what was made before there were resources; once, at start. */
  adopt(): void;
  list(caller: ResourceCaller, asked: ResourceListAsked): { resources: FoundResource[]; total: number };
  /** Throws resource_missing, resource_ambiguous, as the others that take an address do. */
  get(caller: ResourceCaller, address: ResourceAddress): ResourceDetail;
  /** The workspace is made where there is none. Throws resource_exists, invalid_resource, key_limited. */
  create(caller: ResourceCaller, input: ResourceInput, workspace: string): Promise<MadeResource>;
  update(
    caller: ResourceCaller,
    address: ResourceAddress,
    input: Omit<ResourceInput, 'type' | 'name'>,
  ): Promise<MadeResource>;
  remove(caller: ResourceCaller, address: ResourceAddress): Promise<FoundResource>;
  logs(
    caller: ResourceCaller,
    address: ResourceAddress,
    asked: LogsAsked,
    signal?: AbortSignal,
  ): Promise<ResourceLine[]>;
  /** Throws at once where the resource is not there. */
  followLogs(
    caller: ResourceCaller,
    address: ResourceAddress,
    asked: LogsAsked,
    signal: AbortSignal,
  ): AsyncGenerator<ResourceLine, void>;
}

export interface ResourcesParts extends WorkflowParts {
  readonly book: ResourceBook;
  readonly workspaces: WorkspacesService;
  readonly datasets: DatasetsService;
  readonly sources: SourcesService;
  readonly triggers: TriggersService;
  readonly secrets: SecretStore;
  readonly events: EventBus;
  readonly reader: LogReader;
  flush(): void;
}

export function createResourcesService(context: ServiceContext, parts: ResourcesParts): ResourcesService {
  const { store } = context;
  const { resources } = store;
  const values = createSecretBook(parts.secrets, 'resource-secrets', secretValues);
  const logs = createResourceLogs(context, parts);
  const depots = createDepots(context, { ...parts, secrets: values });
  const kinds: Readonly<Record<ResourceType, ResourceKind>> = {
    workflow: createWorkflows(context, parts),
    service: createServiceKind(context, parts),
    depot: depots,
    dataset: createDatasetKind(context, parts.datasets),
    secret: createSecrets(context, { values, changed: depots.takeOver }),
  };
  const oneAtATime = createLine();

  function locate(caller: ResourceCaller, { type, name, workspace }: ResourceAddress): FoundResource {
    const found = resources
      .named(type, name, caller.environment)
      .filter((row) => mayReach(caller, row) && (workspace === undefined || row.workspace === workspace));
    const near = found.find(({ workspace: place }) => place === (workspace ?? 'public'));
    const [only, other] = found;
    if (near) return near;
    if (only && !other) return only;
    const about = { title: titles[type], type, name, workspace: workspace ?? 'public' };
    if (!only) throw new SluiceError('resource_missing', about);
    const places = found.map((row) => row.workspace).join(', ');
    throw new SluiceError('resource_ambiguous', { ...about, workspaces: places });
  }

  function place(caller: ResourceCaller, input: ResourceInput, workspaceName: string): PlacedInput {
    const workspace = parts.workspaces.ensure(workspaceName);
    const { type, name } = input;
    const wish = { type, name, workspaceId: workspace.id, environment: caller.environment };
    if (resources.taken(wish))
      throw new SluiceError('resource_exists', { title: titles[type], type, name, workspace: workspaceName });
    return { ...input, workspaceId: workspace.id };
  }

  /** Unless somebody else has put something into it meanwhile. */
  function removeEmpty(workspace: string): void {
    try {
      parts.workspaces.remove(workspace);
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
    }
  }

  return {
    async loadSecrets() {
      const failure = await values.load();
      await values.keepOnly(resources.ids('secret'));
      return failure;
    },

    adopt: () => parts.book.adopt(),

    list(caller, { limit, offset, workspace, ...asked }) {
      const workspaceId = workspace === undefined ? undefined : parts.workspaces.find(workspace)?.id;
      if (workspace !== undefined && workspaceId === undefined) return { resources: [], total: 0 };
      const { environment, pipelineIds } = caller;
      const filter: ResourceFilter = { ...asked, environment, pipelineIds, workspaceId };
      return { resources: resources.list(filter, { limit, offset }), total: resources.count(filter) };
    },

    get(caller, address) {
      const found = locate(caller, address);
      const kind = kinds[found.type];
      const description = kind.description?.(found) ?? found.description;
      return { ...found, description, told: kind.spec(found, caller) };
    },

    create: (caller, input, workspace) =>
      oneAtATime(async () => {
        if (caller.pipelineIds !== null)
          throw new SluiceError('key_limited', { what: `new ${titles[input.type].toLowerCase()}` });
        const known = parts.workspaces.find(workspace);
        try {
          return await kinds[input.type].create(caller, place(caller, input, workspace));
        } catch (error) {
          // What is refused leaves nothing behind, not even the place it was meant for.
          if (!known) removeEmpty(workspace);
          throw error;
        }
      }),

    update: (caller, address, input) =>
      oneAtATime(async () => {
        const found = locate(caller, address);
        const { type, name, workspaceId } = found;
        refuseSharedChange(caller, found.environment, type);
        return kinds[type].update(caller, found, { ...input, type, name, workspaceId });
      }),

    remove: (caller, address) =>
      oneAtATime(async () => {
        const found = locate(caller, address);
        refuseSharedChange(caller, found.environment, found.type);
        await kinds[found.type].remove(caller, found);
        return found;
      }),

    logs: (caller, address, asked, signal) =>
      logs.read(locate(caller, address), caller.environment, asked, signal),

    followLogs: (caller, address, asked, signal) =>
      logs.follow(locate(caller, address), caller.environment, asked, signal),
  };
}

export const titles: Readonly<Record<ResourceType, string>> = {
  workflow: 'Workflow',
  service: 'Service',
  depot: 'Depot',
  dataset: 'Dataset',
  secret: 'Secret',
};

function mayReach(
  { pipelineIds }: ResourceCaller,
  { pipelineId }: Pick<FoundResource, 'pipelineId'>,
): boolean {
  return pipelineIds === null || (pipelineId !== null && pipelineIds.includes(pipelineId));
}

/** Secrets are written before their rows: two changes at once could each find the same name free. */
function createLine() {
  let last: Promise<unknown> = Promise.resolve();
  return <Value>(work: () => Promise<Value>): Promise<Value> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
