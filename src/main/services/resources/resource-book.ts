import type { ResourceType } from '../../../shared/contract/resources.ts';
import { fold } from '../../store/connection.ts';
import type { StoredEvent } from '../../store/events-repository.ts';
import type { StoredResource } from '../../store/resources-repository.ts';
import type { ServiceContext } from '../service-context.ts';

/** What a resource comes with beside the thing that it is. */
export type ResourceLabels = Pick<StoredResource, 'name' | 'version' | 'tags' | 'description' | 'spec'>;

/** A thing that is about to be made for a resource. */
export interface Claim extends Pick<StoredResource, 'type' | 'workspaceId' | 'environment'> {
  /** How the thing itself will be called. */
  readonly thing: string;
  readonly labels: ResourceLabels;
}

/** How an event is told to those who speak of resources. */
export interface ToldResource {
  readonly event: 'resource.created' | 'resource.updated' | 'resource.deleted';
  readonly type: string;
  readonly name: string;
  readonly workspace: string;
}

/**
 * Keeps a row for everything that is a resource, whoever made it: the row is written in the transaction of the event
 * that tells of the thing, so that a thing never lacks its name. Names are made once and stay, whatever happens to the
 * thing's own name.
 */
export interface ResourceBook {
  /** The row of a thing made under this claim gets its labels. Answers how to give the claim up. */
  claim(claim: Claim): () => void;
  /** Undefined for what is not told as a resource. */
  told(event: Omit<StoredEvent, 'seq'>): ToldResource | undefined;
  /** Names what was made before there were resources. */
  adopt(): void;
}

type Thing = Pick<StoredResource, 'workspaceId' | 'environment'> & { readonly name: string };
type Verb = ToldResource['event'];

export function createResourceBook(context: ServiceContext): ResourceBook {
  const { store } = context;
  const { resources } = store;
  const claims = new Set<Claim>();

  function thingOf(type: ResourceType, id: string): Thing | undefined {
    if (type === 'depot') return store.sources.find(id);
    if (type === 'dataset') return store.datasets.find(id);
    const trigger = type === 'service' ? store.triggers.find(id) : undefined;
    const pipeline = store.pipelines.find(trigger?.pipelineId ?? id);
    const workspaceId = pipeline && store.pipelines.workspaceOf(pipeline.id);
    if (!pipeline || workspaceId === undefined) return undefined;
    const { name, environment } = trigger ?? pipeline;
    return { name, environment, workspaceId };
  }

  function freeName(
    place: Pick<StoredResource, 'workspaceId' | 'environment' | 'type'>,
    wish: string,
    except?: string,
  ): string {
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? wish : `${wish}-${count}`;
      if (!resources.taken({ ...place, name }, except)) return name;
    }
  }

  /** The row of a thing; made, or brought back, where there is none. */
  function keep(type: ResourceType, targetId: string): StoredResource | undefined {
    const known = resources.byTarget(type, targetId);
    if (known) {
      if (known.removedAt !== null) resources.restore(known.id, freeName(known, known.name, known.id));
      return known;
    }
    const thing = thingOf(type, targetId);
    if (!thing) return undefined;
    return announcedAs(type, targetId, thing) ?? make(type, targetId, thing);
  }

  function make(type: ResourceType, targetId: string, thing: Thing): StoredResource {
    const { workspaceId, environment } = thing;
    const claim = [...claims].find(
      (one) =>
        one.type === type &&
        one.thing === thing.name &&
        one.workspaceId === workspaceId &&
        one.environment === environment,
    );
    const now = context.now();
    const row: StoredResource = {
      version: 'v1',
      tags: [],
      description: '',
      spec: null,
      name: claim ? claim.labels.name : freeName({ type, workspaceId, environment }, slug(thing.name, type)),
      ...claim?.labels,
      id: context.newId(),
      workspaceId,
      environment,
      type,
      targetId,
      datasetKey: null,
      specOf: null,
      createdAt: now,
      updatedAt: now,
      removedAt: null,
    };
    resources.insert(row);
    return row;
  }

  /** A dataset that was announced before anything was published to it. */
  function announcedAs(type: ResourceType, targetId: string, thing: Thing): StoredResource | undefined {
    const { environment, workspaceId, name } = thing;
    if (type !== 'dataset' || environment === null) return undefined;
    const announced = resources.announced(workspaceId, environment, fold(name));
    if (!announced) return undefined;
    const row = { ...announced, targetId, updatedAt: context.now() };
    resources.update(row);
    return row;
  }

  function drop(type: ResourceType, targetId: string): void {
    const row = resources.byTarget(type, targetId);
    if (row && row.removedAt === null) resources.remove(row.id, context.now());
  }

  context.onRecorded((event) => {
    const meant = meaning(event);
    if (!meant) return;
    const { type, id, verb } = meant;
    if (verb === 'resource.deleted') return drop(type, id);
    if (verb === 'resource.updated') return;
    const row = keep(type, id);
    if (row && type === 'workflow') store.workspaces.revive(row.workspaceId);
  });

  /** Which thing an event is about, and what happened to it. */
  function meaning({ type, data, pipelineId, resourceType, resourceId }: Omit<StoredEvent, 'seq'>) {
    const [domain, what = ''] = type.split('.');
    if (domain === 'pipeline' && pipelineId !== null) {
      const verb = pipelineVerbs[what];
      return verb && ({ type: 'workflow', id: pipelineId, verb } as const);
    }
    if (domain === 'dataset') {
      const { datasetId, number } = data as { datasetId?: string; number?: number };
      const verb = what === 'published' ? (number === 1 ? created : undefined) : datasetVerbs[what];
      return verb && datasetId !== undefined && ({ type: 'dataset', id: datasetId, verb } as const);
    }
    if (domain !== 'resource' || resourceId === null) return undefined;
    const verb = type as Verb;
    if (resourceType === 'source') return { type: 'depot', id: resourceId, verb } as const;
    // A schedule that stands in its pipeline is part of the workflow.
    const own = resourceType === 'trigger' || resourceType === 'schedule';
    if (!own) return undefined;
    const service =
      store.triggers.find(resourceId)?.origin === 'own' || resources.byTarget('service', resourceId);
    return service ? ({ type: 'service', id: resourceId, verb } as const) : undefined;
  }

  return {
    claim(claim) {
      claims.add(claim);
      return () => void claims.delete(claim);
    },

    told(event) {
      const meant = meaning(event);
      const row = meant && resources.byTarget(meant.type, meant.id);
      if (!meant || !row) return undefined;
      const workspace = store.workspaces.nameOf(row.workspaceId) ?? '';
      return { event: meant.verb, type: row.type, name: row.name, workspace };
    },

    adopt() {
      store.write(() => {
        resources.forgetRemoved();
        for (const { type, targetId } of resources.unnamed()) keep(type as ResourceType, targetId);
      });
    },
  };
}

const created: Verb = 'resource.created';
const pipelineVerbs: Readonly<Record<string, Verb>> = {
  created,
  saved: 'resource.updated',
  renamed: 'resource.updated',
  removed: 'resource.deleted',
  restored: created,
};
const datasetVerbs: Readonly<Record<string, Verb>> = {
  renamed: 'resource.updated',
  removed: 'resource.deleted',
};

/** "Orders by region" becomes `orders-by-region`; what has no such letters is called after its type. */
function slug(name: string, type: ResourceType): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 80)
    .replace(/^-+|-+$/g, '');
  return plain || type;
}
