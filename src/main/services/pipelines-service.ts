import type { PipelineDetail, PipelineSummary } from '../../shared/contract/domain.ts';
import type { AppEventOf } from '../../shared/contract/events.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { canonicalJson } from '../../shared/kernel/json.ts';
import { documentSchema, type PipelineDocument } from '../../shared/pipeline/document.ts';
import type { PipelinePlace } from '../store/pipelines-repository.ts';
import type { ScheduleKeeper } from './schedule-keeper.ts';
import type { ServiceContext } from './service-context.ts';
import type { Author, DocumentText, PipelinesService, TextFormat } from './service-types.ts';

type Change = AppEventOf<'pipeline.changed'>['change'];

export interface PipelinesOptions {
  readonly documentText: DocumentText;
  readonly schedules: ScheduleKeeper;
}

/** How a pipeline is made when not by hand. */
export interface SampleMaker {
  createSample(sample: string, document: PipelineDocument): PipelineDetail;
}

export function createPipelinesService(
  context: ServiceContext,
  { documentText, schedules }: PipelinesOptions,
): PipelinesService & SampleMaker {
  const { store } = context;
  const { pipelines, revisions } = store;

  function find(id: string): PipelineSummary {
    const summary = pipelines.find(id);
    if (!summary) throw new SluiceError('not_found', { what: 'pipeline', id });
    return summary;
  }

  function documentOf(id: string, revision: number): PipelineDocument {
    const document = revisions.document(id, revision);
    if (!document) throw new SluiceError('not_found', { what: `revision ${revision} of the pipeline`, id });
    return document;
  }

  function get(id: string, revision?: number): PipelineDetail {
    const summary = find(id);
    if (revision === undefined) return { ...summary, document: documentOf(id, summary.revision) };
    const document = documentOf(id, revision);
    return { ...summary, revision, nodeCount: document.nodes.length, document };
  }

  /** The change as a domain event, and as a hint for the windows. */
  function tell(
    { id: pipelineId, name, revision }: Pick<PipelineSummary, 'id' | 'name' | 'revision'>,
    change: Change,
    author: Author,
  ): void {
    const environment = pipelines.environmentOf(pipelineId);
    context.record(`pipeline.${change}`, environment, { pipelineId, name, revision });
    context.announce({ type: 'pipeline.changed', pipelineId, revision, change, author });
  }

  function insertRevision(id: string, revision: number, document: PipelineDocument, author: Author): void {
    const nodeCount = document.nodes.length;
    revisions.insert(id, { revision, createdAt: context.now(), author, nodeCount }, document);
  }

  function create(
    wished: PipelineDocument,
    author: Author,
    place: Partial<PipelinePlace> = {},
    sample: string | null = null,
  ): PipelineDetail {
    const document = parseDocument(wished);
    return store.write(() => {
      const id = context.newId();
      pipelines.insert(
        { ...headOf(document), id, revision: 1, at: context.now() },
        { environment: null, workspaceId: context.workspaceId, ...place },
        sample,
      );
      insertRevision(id, 1, document, author);
      schedules.sync(id, document);
      tell({ id, name: document.name, revision: 1 }, 'created', author);
      return get(id);
    });
  }

  /** The next revision, unless it would say the same as the newest. */
  function advance(
    current: PipelineSummary,
    wished: PipelineDocument,
    change: Change,
    author: Author,
  ): number {
    const document = parseDocument(wished);
    if (canonicalJson(document) === canonicalJson(documentOf(current.id, current.revision)))
      return current.revision;
    const revision = current.revision + 1;
    insertRevision(current.id, revision, document, author);
    pipelines.update({ ...headOf(document), id: current.id, revision, at: context.now() });
    schedules.sync(current.id, document);
    tell({ id: current.id, name: document.name, revision }, change, author);
    return revision;
  }

  return {
    list: (filter = {}) => pipelines.list(filter),
    get,
    create: (document, author, place) => create(document, author, place),
    createSample: (sample, document) => create(document, 'sample', {}, sample),
    findByName: (name, place) => pipelines.findByName(name, place),

    save: (id, baseRevision, document, author) =>
      store.write(() => {
        const current = find(id);
        if (current.revision !== baseRevision) {
          throw new SluiceError('revision_conflict', { current: current.revision, base: baseRevision });
        }
        return { revision: advance(current, document, 'saved', author) };
      }),

    rename: (id, name, author) =>
      store.write(() => {
        const current = find(id);
        advance(current, { ...documentOf(id, current.revision), name }, 'renamed', author);
        return find(id);
      }),

    duplicate: (id, author) =>
      store.write(() => {
        const { document } = get(id);
        const name = copyName(document.name, pipelines.namesLike(document.name.slice(0, 150)));
        const copy = create({ ...document, name }, author);
        store.grants.copy(id, copy.id, context.newId, context.now());
        return copy;
      }),

    remove: (ids, author) =>
      store.write(() => {
        for (const id of ids) schedules.removed(id);
        // What it was called is told once it is gone.
        const removed = ids
          .flatMap((id) => pipelines.find(id) ?? [])
          .filter(({ id }) => pipelines.remove(id, context.now()));
        for (const pipeline of removed) tell(pipeline, 'removed', author);
        return { removed: removed.length };
      }),

    restore: (ids, author) =>
      store.write(() => {
        const restored = ids.filter((id) => pipelines.restore(id));
        for (const id of restored) {
          schedules.restored(id);
          tell(find(id), 'restored', author);
        }
        return { restored: restored.length };
      }),

    revisions: (id) => revisions.list(find(id).id),

    exportText(id, format, revision) {
      const { document } = get(id, revision);
      return { fileName: `${fileSlug(document.name)}.${format}`, text: documentText.print(document, format) };
    },

    importText({ text, format, byName = false }, author) {
      const { document, problems } = documentText.parse(text, format ?? guessFormat(text));
      if (!document) throw unreadable(problems);
      return store.write(() => {
        const existing = byName ? pipelines.findByName(document.name) : undefined;
        if (existing) advance(existing, document, 'saved', author);
        const pipeline = existing ? get(existing.id) : create(document, author);
        const found = [...problems, ...schedules.check(document)];
        return { pipeline, problems: found, created: existing === undefined };
      });
    },
  };
}

/** Callers inside the program may leave out what has a default; what is stored never does. */
function parseDocument(document: PipelineDocument): PipelineDocument {
  const parsed = documentSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SluiceError('invalid_input', {
    reason: `The pipeline document does not fit at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`,
  });
}

function headOf(document: PipelineDocument): { name: string; description: string; nodeCount: number } {
  return { name: document.name, description: document.description ?? '', nodeCount: document.nodes.length };
}

/** "X copy", "X copy 2" ...: within the 200 characters of a name. */
function copyName(name: string, taken: ReadonlySet<string>): string {
  const base = `${name.slice(0, 180).replace(/ copy( \d+)?$/, '')} copy`;
  for (let count = 1; ; count += 1) {
    const wish = count === 1 ? base : `${base} ${count}`;
    if (!taken.has(wish)) return wish;
  }
}

function fileSlug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return plain.replace(/^-+|-+$/g, '').slice(0, 80) || 'pipeline';
}

function guessFormat(text: string): TextFormat {
  return /^\s*\{/.test(text) ? 'json' : 'yaml';
}

function unreadable(problems: ReturnType<DocumentText['parse']>['problems']): SluiceError {
  const reason = problems[0]?.message ?? 'The text holds no pipeline.';
  return new SluiceError('invalid_input', { reason, problems: [...problems] });
}
