import { z } from 'zod';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import { fold } from '../../store/connection.ts';
import type { FoundResource } from '../../store/resources-repository.ts';
import type { ServiceContext } from '../service-context.ts';
import type { DatasetsService } from '../service-types.ts';
import { datasetNameOf, ownDepot, parseAddress } from './flare/address.ts';
import { invalidResource } from './invalid-resource.ts';
import { recordResource } from './resource-event.ts';
import { type PlacedInput, partOf, type ResourceKind } from './resource-kind.ts';
import { newRow } from './resource-row.ts';

const column = z.looseObject({ name: z.string().min(1).max(1000), type: z.string().min(1).max(1000) });

/** Open: what is told of a dataset can be sent back. */
export const datasetSpec = z.looseObject({
  address: z.string().min(1).max(1000).optional().meta({
    description: 'dataos://sluice:<collection>/<dataset>; made from the resource’s name when left out.',
  }),
  columns: z.array(column).max(10_000).optional(),
});

/** A dataset is what runs publish. One that nothing was published to yet can be announced, with its columns. */
export function createDatasetKind(context: ServiceContext, datasets: DatasetsService): ResourceKind {
  const { store } = context;

  function nameIn(input: PlacedInput): string {
    const { address } = partOf(input, datasetSpec);
    if (address === undefined) return input.name;
    const parsed = parseAddress(address, 'dataset.address');
    if (parsed.depot === ownDepot) return datasetNameOf(parsed);
    throw invalidResource(
      'dataset.address',
      'A dataset lives in the depot sluice: dataos://sluice:<collection>/<dataset>.',
    );
  }

  /** The name that the resource stands for, folded. */
  function keyOf({ targetId, datasetKey }: FoundResource): string {
    const name = targetId === null ? undefined : store.datasets.find(targetId)?.name;
    return name === undefined ? (datasetKey ?? '') : fold(name);
  }

  return {
    create(caller, input) {
      const name = nameIn(input);
      const { workspaceId } = input;
      const row = { ...newRow(context, caller, input), datasetKey: fold(name) };
      return store.write(() => {
        const existing = store.datasets.headByName(name, caller.environment, workspaceId);
        const known =
          (existing && store.resources.byTarget('dataset', existing.id)) ??
          store.resources.announced(workspaceId, caller.environment, row.datasetKey);
        if (known)
          throw new SluiceError('resource_exists', { title: 'Dataset', type: 'dataset', name: known.name });
        store.resources.insert(row);
        recordResource(context, 'resource.created', row);
        return { row };
      });
    },

    update(_caller, resource, input) {
      const { address } = partOf(input, datasetSpec);
      if (address !== undefined && fold(nameIn(input)) !== keyOf(resource))
        throw invalidResource('dataset.address', 'A dataset keeps its address. Make a new one instead.');
      const { version, tags, description, spec } = input;
      const row = { ...resource, version, tags, description, spec, updatedAt: context.now() };
      return store.write(() => {
        store.resources.update(row);
        recordResource(context, 'resource.updated', row);
        return { row };
      });
    },

    remove(_caller, resource) {
      if (resource.targetId !== null) return void datasets.remove([resource.targetId]);
      store.write(() => {
        store.resources.remove(resource.id, context.now());
        recordResource(context, 'resource.deleted', resource);
      });
    },

    spec(resource) {
      const given = (resource.spec?.dataset ?? {}) as z.infer<typeof datasetSpec>;
      if (resource.targetId === null) return { dataset: { address: addressOf(resource.name), ...given } };
      const { name, rows, bytes, updatedAt, versions } = datasets.get(resource.targetId);
      const [current] = versions;
      return {
        dataset: {
          ...given,
          address: addressOf(name),
          columns: current?.columns ?? [],
          rows,
          bytes,
          published: { version: current?.number ?? 0, at: updatedAt },
        },
      };
    },
  };
}

function addressOf(name: string): string {
  const slash = name.indexOf('/');
  return slash > 0
    ? `dataos://${ownDepot}:${name.slice(0, slash)}/${name.slice(slash + 1)}`
    : `dataos://${ownDepot}:none/${name}`;
}
