import { z } from 'zod';
import type { StoredResource } from '../../store/resources-repository.ts';
import type { SecretBook } from '../secret-book.ts';
import type { ServiceContext } from '../service-context.ts';
import { invalidResource } from './invalid-resource.ts';
import { recordResource } from './resource-event.ts';
import { type PlacedInput, partOf, type ResourceCaller, type ResourceKind } from './resource-kind.ts';
import { newRow } from './resource-row.ts';

export const secretValues = z.record(z.string(), z.string());

const keyName = z.string().regex(/^[A-Za-z0-9_.:-]{1,200}$/, 'A key takes letters, digits and _ . : -.');
const values = z.record(keyName, z.string().max(8192));

export const secretSpec = z
  .strictObject({
    values: values
      .optional()
      .meta({ description: 'By key: password, username, accessKeyId ... Never told again.' }),
    /** As DataOS calls it. */
    data: values.optional(),
    type: z.string().max(100).optional(),
    /** Told in place of the values; ignored when it is sent back. */
    keys: z.array(z.string()).optional(),
  })
  .refine((spec) => spec.values === undefined || spec.data === undefined, {
    message: 'Give the values once: as values or as data.',
  });

export interface SecretParts {
  readonly values: SecretBook<Record<string, string>>;
  /** The values of a secret are others now: whoever uses them takes them over. */
  changed(caller: ResourceCaller, secret: StoredResource): Promise<void>;
}

/** Named values in the Secrets port; the store knows their names alone. */
export function createSecrets(context: ServiceContext, parts: SecretParts): ResourceKind {
  const { store } = context;

  function given(input: PlacedInput): Record<string, string> | undefined {
    const spec = partOf(input, secretSpec);
    return spec.values ?? spec.data;
  }

  const toldSpec = (input: PlacedInput, known: Record<string, string>) => {
    const { type } = partOf(input, secretSpec);
    return { ...(type !== undefined && { type }), keys: Object.keys(known).sort() };
  };

  return {
    async create(caller, input) {
      const wished = given(input);
      if (!wished || Object.keys(wished).length === 0)
        throw invalidResource('secret.values', 'Give at least one value.');
      const row = { ...newRow(context, caller, input), spec: { secret: toldSpec(input, wished) } };
      // First the values, then the row: a kill between the two leaves values that the next start sweeps.
      await parts.values.set(row.id, wished);
      store.write(() => {
        store.resources.insert(row);
        recordResource(context, 'resource.created', row);
      });
      return { row };
    },

    async update(caller, resource, input) {
      const wished = given(input);
      const known = wished ?? parts.values.get(resource.id) ?? {};
      if (wished) await parts.values.set(resource.id, wished);
      const { version, tags, description } = input;
      const spec = { secret: toldSpec(input, known) };
      const row = { ...resource, version, tags, description, spec, updatedAt: context.now() };
      store.write(() => {
        store.resources.update(row);
        recordResource(context, 'resource.updated', row);
      });
      if (wished) await parts.changed(caller, row);
      return { row };
    },

    async remove(_caller, resource) {
      store.write(() => {
        store.resources.remove(resource.id, context.now());
        recordResource(context, 'resource.deleted', resource);
      });
      await parts.values.remove([resource.id]);
    },

    spec: ({ spec }) => ({ ...spec }),
  };
}
