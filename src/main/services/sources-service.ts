import { z } from 'zod';
import type { Environment } from '../../shared/contract/domain.ts';
import type { AppEventOf } from '../../shared/contract/events.ts';
import {
  type SourceConfig,
  type SourceSummary,
  type SourceTestResult,
  type SourceUse,
  sourceConfig,
  sourceSecrets,
} from '../../shared/contract/sources.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import { type SourceConnection, secretNamesOf, secretsGoTo } from '../../shared/sources/connection.ts';
import type { FoundSource, SourceFilter, SourcePlace, StoredSource } from '../store/sources-repository.ts';
import type { FileGate } from './engine-ports.ts';
import { createSecretBook, type SecretStore } from './secret-book.ts';
import type { ServiceContext } from './service-context.ts';
import type { Author } from './service-types.ts';
import {
  addressConnection,
  asMeant,
  couldMean,
  meantSource,
  type NamedPart,
  partsNamed,
  textsFor,
} from './source-naming.ts';

type Change = AppEventOf<'source.changed'>['change'];
type Secrets = Readonly<Record<string, string>>;

export interface CreateSource {
  readonly name: string;
  readonly description?: string | undefined;
  readonly config: SourceConfig;
  readonly secrets?: Secrets | undefined;
}

/** What is left out stays as it is; an empty secret is removed. */
export interface ChangeSource extends Partial<CreateSource> {
  readonly environment?: Environment | null | undefined;
}

/** A source that is not stored, or not so: what a form holds. */
export interface TriedSource {
  readonly config: SourceConfig;
  readonly secrets: Secrets;
  /** The stored source whose secrets fill in for those left out, as long as they go where they went before. */
  readonly secretsOf?: string | undefined;
}

/** The part that the engine asks. */
export interface SourceShelf {
  /**
   * The source that a step of a pipeline means: by name, id or bucket (see `meantSource`), else an address on the web,
   * which needs no stored source. Throws source_missing, source_refused; file_not_allowed or file_missing for its file
   * or folder.
   */
  named(
    part: NamedPart,
    asker: { readonly environment: Environment; readonly pipelineId: string | undefined },
  ): SourceConnection;
  /** Throws not_found. */
  connection(id: string): SourceConnection;
  tried(source: TriedSource): SourceConnection;
  /** Absolute path of a file in a folder source. Throws file_not_allowed, file_missing. */
  fileIn(source: SourceConnection, path: string, verb: 'read' | 'write'): string;
  /** What a try to connect came to; nothing where the source is gone. */
  recordTest(id: string, result: SourceTestResult): void;
}

export interface SourcesService extends SourceShelf {
  /** Reads the secrets; once, at start. A failure is answered, not thrown. */
  loadSecrets(): Promise<unknown>;
  list(filter?: SourceFilter): SourceSummary[];
  /** Throws not_found. */
  get(id: string): SourceSummary;
  /** Throws name_taken, invalid_input. In the public workspace and for every environment, unless a place says otherwise. */
  create(input: CreateSource, author: Author, place?: Partial<SourcePlace>): Promise<SourceSummary>;
  /** A source that is moved to another address forgets the secrets that are not sent with the change. */
  update(id: string, change: ChangeSource, author: Author): Promise<SourceSummary>;
  remove(ids: readonly string[], author: Author): Promise<{ removed: number }>;
  /** The source that pipelines there mean by a name: see `named`. Without an environment only those for all. */
  findByName(name: string, place?: Partial<SourcePlace>): SourceSummary | undefined;
  /** Only one that is exactly there. */
  findExactly(name: string, place: SourcePlace): SourceSummary | undefined;
  usedBy(id: string): SourceUse[];
}

export interface SourcesOptions {
  readonly secrets: SecretStore;
  readonly files: FileGate & { folderPath(folder: string): string };
}

export function createSourcesService(
  context: ServiceContext,
  { secrets: secretStore, files }: SourcesOptions,
): SourcesService {
  const { store } = context;
  const { sources } = store;
  const secrets = createSecretBook(secretStore, 'sources', z.record(z.string(), z.string()));

  function find(id: string): FoundSource {
    const source = sources.find(id);
    if (!source) throw new SluiceError('not_found', { what: 'source', id });
    return source;
  }

  function present({ workspaceId: _place, createdBy: _author, ...source }: FoundSource): SourceSummary {
    return { ...source, type: source.config.type, secretNames: [...source.secretNames] };
  }

  function meant(
    name: string,
    { environment = null, workspaceId = context.workspaceId }: Partial<SourcePlace>,
  ) {
    for (const workspace of new Set([workspaceId, context.workspaceId]))
      for (const each of new Set([environment, null])) {
        const found = sources.findByName(name, { workspaceId: workspace, environment: each });
        if (found) return found;
      }
    return undefined;
  }

  /** Pipelines whose text holds a text that can stand for the source. */
  function documentsNaming(source: FoundSource) {
    const found = textsFor(source).flatMap((text) => sources.documentsNaming(text));
    return [...new Map(found.map((pipeline) => [pipeline.id, pipeline])).values()];
  }

  /** The id of the source that a part means; of none, where several fit equally. */
  function means(part: NamedPart, place: SourcePlace): string | undefined {
    try {
      return meantSource(sources, part, place, context.workspaceId)?.source.id;
    } catch {
      return undefined;
    }
  }

  function requireFree(name: string, place: SourcePlace, except?: string): void {
    const taken = sources.findByName(name, place);
    if (taken && taken.id !== except) throw new SluiceError('name_taken', { what: 'source', name });
  }

  function tell({ id, name, environment }: StoredSource, change: Exclude<Change, 'tested'>): void {
    const event = ({ created: 'created', updated: 'updated', removed: 'deleted' } as const)[change];
    const status = change === 'removed' ? 'deleted' : 'active';
    context.record(`resource.${event}`, environment, {
      resourceType: 'source',
      resourceId: id,
      name,
      status,
    });
    context.announce({ type: 'source.changed', sourceId: id, change });
  }

  /** The file or folder that a source stands for, judged anew each time: grants may have been taken back. */
  function rootOf(config: SourceConfig): { root?: string } {
    if (config.type === 'sqlite') return { root: files.resolveRead(config.path, undefined) };
    return config.type === 'folder' ? { root: files.folderPath(config.path) } : {};
  }

  function connectionOf(source: FoundSource): SourceConnection {
    const known = secrets.get(source.id) ?? {};
    const lost = source.secretNames.filter((name) => !Object.hasOwn(known, name));
    if (lost.length > 0)
      throw new SluiceError('source_refused', {
        name: source.name,
        reason: `its ${lost.join(', ')} cannot be read any more. Enter it again under Sources.`,
      });
    return {
      name: source.name,
      config: source.config,
      secrets: known,
      ...rootOf(source.config),
      version: `${source.id} ${source.updatedAt}`,
    };
  }

  return {
    async loadSecrets() {
      const failure = await secrets.load();
      await secrets.keepOnly(new Set(sources.list().map(({ id }) => id)));
      return failure;
    },

    list: (filter) => sources.list(filter).map(present),
    get: (id) => present(find(id)),
    findByName(name, place = {}) {
      const found = meant(name, place);
      return found && present(found);
    },
    findExactly(name, place) {
      const found = sources.findByName(name, place);
      return found && present(found);
    },

    async create(input, author, place = {}) {
      const given = checkedSecrets(input.config, input.secrets ?? {});
      const at = context.now();
      const source: StoredSource = {
        id: context.newId(),
        environment: null,
        workspaceId: context.workspaceId,
        ...place,
        name: checkedName(input.name),
        description: input.description ?? '',
        config: checkedConfig(input.config),
        secretNames: Object.keys(given),
        createdBy: author,
        createdAt: at,
        updatedAt: at,
      };
      requireFree(source.name, source);
      // First the secrets, then the row: a kill between the two leaves secrets that the next start sweeps.
      await secrets.set(source.id, given);
      try {
        return store.write(() => {
          requireFree(source.name, source);
          sources.insert(source);
          tell(source, 'created');
          return present(find(source.id));
        });
      } catch (error) {
        await secrets.remove([source.id]);
        throw error;
      }
    },

    async update(id, change, _author) {
      const before = find(id);
      const config = change.config ? checkedConfig(change.config) : before.config;
      const kept = secretsGoTo(config) === secretsGoTo(before.config) ? (secrets.get(id) ?? {}) : {};
      const merged = checkedSecrets(config, { ...ofConfig(config, kept), ...change.secrets });
      const source: StoredSource = {
        ...before,
        name: change.name === undefined ? before.name : checkedName(change.name),
        description: change.description ?? before.description,
        environment: change.environment === undefined ? before.environment : change.environment,
        config,
        secretNames: Object.keys(merged),
        updatedAt: context.now(),
      };
      requireFree(source.name, source, id);
      const known = secrets.get(id) ?? {};
      await secrets.set(id, merged);
      try {
        return store.write(() => {
          find(id);
          requireFree(source.name, source, id);
          sources.update(source, { forgetTest: change.config !== undefined || change.secrets !== undefined });
          tell(source, 'updated');
          return present(find(id));
        });
      } catch (error) {
        if (sources.find(id)) await secrets.set(id, known);
        else await secrets.remove([id]);
        throw error;
      }
    },

    async remove(ids) {
      const removed = store.write(() =>
        ids.filter((id) => {
          const source = sources.find(id);
          if (!source || !sources.remove(id)) return false;
          tell(source, 'removed');
          return true;
        }),
      );
      await secrets.remove(removed);
      return { removed: removed.length };
    },

    usedBy(id) {
      const source = find(id);
      const { environment, workspaceId } = source;
      return documentsNaming(source).flatMap((pipeline) =>
        partsNamed(JSON.parse(pipeline.document) as PipelineDocument)
          .filter(({ part }) => couldMean(part, source))
          // A pipeline for all environments uses the source of each; one that a nearer source hides uses none.
          .filter(
            ({ part }) =>
              (pipeline.workspaceId === workspaceId && pipeline.environment === null) ||
              means(part, {
                environment: environment ?? pipeline.environment,
                workspaceId: pipeline.workspaceId,
              }) === id,
          )
          .map(({ nodeId }) => ({ pipelineId: pipeline.id, pipelineName: pipeline.name, nodeId })),
      );
    },

    named(part, { environment, pipelineId }) {
      const workspaceId =
        (pipelineId === undefined ? undefined : store.pipelines.workspaceOf(pipelineId)) ??
        context.workspaceId;
      const found = meantSource(sources, part, { environment, workspaceId }, context.workspaceId);
      if (found) return asMeant(connectionOf(found.source), found);
      const address = addressConnection(part.source);
      if (address) return address;
      throw new SluiceError('source_missing', { name: part.source });
    },

    connection: (id) => connectionOf(find(id)),

    tried({ config, secrets: given, secretsOf }) {
      const stored = secretsOf === undefined ? undefined : find(secretsOf);
      const known =
        stored && secretsGoTo(stored.config) === secretsGoTo(config) ? (secrets.get(stored.id) ?? {}) : {};
      return {
        name: stored?.name ?? 'the source',
        config: checkedConfig(config),
        secrets: checkedSecrets(config, { ...ofConfig(config, known), ...given }),
        ...rootOf(config),
        version: context.newId(),
      };
    },

    fileIn({ config }, path, verb) {
      const folder = config.type === 'folder' ? config.path : '';
      const whole = folder === '' ? path : `${folder.replace(/\/+$/, '')}/${path}`;
      return verb === 'read' ? files.resolveRead(whole, undefined) : files.resolveWrite(whole, undefined);
    },

    recordTest: (id, result) =>
      store.write(() => {
        if (!sources.recordTest(id, { ...result, at: context.now() })) return;
        context.announce({ type: 'source.changed', sourceId: id, change: 'tested' });
      }),
  };
}

function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed !== '' && trimmed.length <= 200 && !/\p{Cc}/u.test(trimmed)) return trimmed;
  throw new SluiceError('invalid_input', {
    reason: 'The name of a source has 1 to 200 characters and no control characters.',
  });
}

function checkedConfig(config: SourceConfig): SourceConfig {
  const parsed = sourceConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SluiceError('invalid_input', {
    reason: `The source does not fit at ${issue?.path.join('.') || 'its type'}: ${issue?.message ?? ''}`,
  });
}

/** Those that are set, of the names that such a source has. */
function checkedSecrets(config: SourceConfig, given: Secrets): Record<string, string> {
  const names = secretNamesOf(config);
  const parsed = sourceSecrets.safeParse(given);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined && parsed.success)
    return Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== ''));
  const known = names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has none.';
  throw new SluiceError('invalid_input', {
    reason:
      unknown === undefined
        ? 'A secret of a source is a text of at most 8,192 characters.'
        : `A source of the type ${config.type} has no secret named "${unknown}". ${known}`,
  });
}

const ofConfig = (config: SourceConfig, known: Secrets): Secrets =>
  Object.fromEntries(Object.entries(known).filter(([name]) => secretNamesOf(config).includes(name)));
