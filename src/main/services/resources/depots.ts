import { z } from 'zod';
import { type SourceConfig, sourceConfig, sourceSecrets } from '../../../shared/contract/sources.ts';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import { secretNamesOf } from '../../../shared/sources/connection.ts';
import { parseConnection } from '../../../shared/sources/parse-connection.ts';
import type { FoundResource, StoredResource } from '../../store/resources-repository.ts';
import { authorOf } from '../author.ts';
import type { SecretBook } from '../secret-book.ts';
import type { ServiceContext } from '../service-context.ts';
import type { SourcesService } from '../sources-service.ts';
import { invalidResource } from './invalid-resource.ts';
import type { ResourceBook } from './resource-book.ts';
import {
  type PlacedInput,
  partOf,
  placeOf,
  type ResourceCaller,
  type ResourceKind,
} from './resource-kind.ts';

type Secrets = Readonly<Record<string, string>>;

export const depotSpec = z
  .strictObject({
    type: z
      .string()
      .max(50)
      .meta({ description: 'postgresql, mysql (MariaDB too), sqlite, s3, http or folder.' })
      .optional(),
    spec: z.record(z.string(), z.unknown()).optional().meta({
      description: 'How it is reached: host, port, database, user; bucket, endpoint; url; path.',
    }),
    connection: z.string().min(1).max(8192).optional().meta({
      description: 'A URL or Server=...;Database=..., in place of type and spec. Never told again.',
    }),
    secret: z.string().min(1).max(100).optional().meta({
      description: 'The secret of the same workspace whose values are used: password, username ...',
    }),
    secrets: sourceSecrets
      .optional()
      .meta({ description: 'Values by name, such as password. Never told again.' }),
    /** Told; ignored when it is sent back. */
    secretNames: z.array(z.string()).optional(),
  })
  .refine((spec) => (spec.connection === undefined) === (spec.type !== undefined), {
    message: 'Give a type with its spec, or a connection.',
  });
type DepotSpec = z.infer<typeof depotSpec>;

export interface DepotParts {
  readonly book: ResourceBook;
  readonly sources: SourcesService;
  readonly secrets: SecretBook<Record<string, string>>;
}

export interface DepotKind extends ResourceKind {
  /** Hands the values of a secret to the depots that use it. */
  takeOver(caller: ResourceCaller, secret: StoredResource): Promise<void>;
}

/** A depot is a source. */
export function createDepots(context: ServiceContext, { book, sources, secrets }: DepotParts): DepotKind {
  const { store } = context;

  /** How it is reached, and all that is secret of it, wherever that stands. */
  function meant(caller: ResourceCaller, input: PlacedInput): { config: SourceConfig; secrets: Secrets } {
    const spec = partOf(input, depotSpec);
    const kept = spec.secret === undefined ? {} : valuesOf(caller, input.workspaceId, spec.secret);
    const { config, secrets: inline } =
      spec.connection === undefined
        ? { config: configOf(spec, kept), secrets: {} }
        : parseConnection(spec.connection);
    const known = secretNamesOf(config);
    const given = Object.entries({ ...inline, ...kept, ...spec.secrets });
    const stranger = Object.keys(spec.secrets ?? {}).find((name) => !known.includes(name));
    if (stranger !== undefined)
      throw invalidResource(`depot.secrets.${stranger}`, `Such a depot has no secret "${stranger}".`);
    return { config, secrets: Object.fromEntries(given.filter(([name]) => known.includes(name))) };
  }

  function valuesOf(caller: ResourceCaller, workspaceId: string, name: string): Secrets {
    const row = store.resources
      .named('secret', name, caller.environment)
      .find((one) => one.workspaceId === workspaceId);
    const values = row && secrets.get(row.id);
    if (values) return values;
    throw invalidResource('depot.secret', `There is no secret named "${name}" in this workspace.`);
  }

  /** The row holds which secret it uses, and nothing else of the spec: the source tells that. */
  function keepLabels(row: StoredResource, input: PlacedInput): StoredResource {
    const { version, tags } = input;
    const { secret } = partOf(input, depotSpec);
    const next = { ...row, version, tags, spec: { secret }, updatedAt: context.now() };
    store.write(() => store.resources.update(next));
    return next;
  }

  return {
    async create(caller, input) {
      const { workspaceId, description, name } = input;
      const { environment } = caller;
      const wished = meant(caller, input);
      const labels = { ...input, description: '', spec: null };
      const release = book.claim({ type: 'depot', workspaceId, environment, thing: name, labels });
      try {
        const place = { environment, workspaceId };
        const source = await sources.create({ name, description, ...wished }, authorOf(caller), place);
        const row = store.resources.byTarget('depot', source.id);
        if (!row) throw new SluiceError('not_found', { what: 'depot', id: source.id });
        return { row: keepLabels(row, input) };
      } finally {
        release();
      }
    },

    async update(caller, resource, input) {
      const { description } = input;
      await sources.update(targetOf(resource), { description, ...meant(caller, input) }, authorOf(caller));
      return { row: keepLabels(resource, input) };
    },

    remove: async (caller, resource) => void (await sources.remove([targetOf(resource)], authorOf(caller))),

    spec(resource) {
      const { config, secretNames } = sources.get(targetOf(resource));
      const { type, ...spec } = config;
      const secret = resource.spec?.secret;
      return {
        depot: {
          type,
          spec,
          ...(secret !== undefined && { secret }),
          ...(secretNames.length > 0 && { secretNames }),
        },
      };
    },

    description: (resource) => sources.get(targetOf(resource)).description,

    async takeOver(caller, { name, workspaceId, environment, id }) {
      const values = secrets.get(id) ?? {};
      const users = store.resources
        .ofType('depot', workspaceId)
        .filter((row) => row.spec?.secret === name && row.environment === environment);
      for (const row of users) {
        const { config } = sources.get(row.targetId ?? '');
        const known = secretNamesOf(config);
        const next = Object.fromEntries(Object.entries(values).filter(([key]) => known.includes(key)));
        await sources.update(row.targetId ?? '', { secrets: next }, authorOf(caller));
      }
    },
  };
}

const typeWords: Readonly<Record<string, string>> = {
  postgres: 'postgresql',
  mariadb: 'mysql',
  https: 'http',
  file: 'folder',
};

function configOf({ type = '', spec = {} }: DepotSpec, kept: Secrets): SourceConfig {
  const word = type.toLowerCase();
  const { username, ...rest } = spec;
  const user = rest.user ?? username ?? kept.user ?? kept.username;
  const wished: Record<string, unknown> = { type: typeWords[word] ?? word, ...rest };
  if ((wished.type === 'postgresql' || wished.type === 'mysql') && user !== undefined) wished.user = user;
  if (wished.type === 's3' && wished.accessKeyId === undefined && kept.accessKeyId !== undefined)
    wished.accessKeyId = kept.accessKeyId;
  const parsed = sourceConfig.safeParse(wished);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const place = path[0] === 'type' ? 'depot.type' : placeOf('depot.spec', path);
  throw invalidResource(place, issue?.message ?? 'It does not fit.');
}

function targetOf({ targetId, type, name }: FoundResource): string {
  if (targetId === null) throw new SluiceError('not_found', { what: type, id: name });
  return targetId;
}
