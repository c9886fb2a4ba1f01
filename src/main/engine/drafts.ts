import type { Environment, Settings } from '../../shared/contract/domain.ts';
import type { ParameterValues, PipelineDocument } from '../../shared/pipeline/document.ts';
import { withPathParameters } from '../../shared/pipeline/path-parameters.ts';
import type { FileFormat } from '../../shared/plan/relation.ts';
import type {
  ExplainResult,
  ExplainTask,
  ExportResult,
  ExportTask,
  PageResult,
  PageTask,
  PreviewResult,
  PreviewTask,
  RunnerLimits,
  SchemaTask,
  SniffResult,
  SniffTask,
  SummaryResult,
  SummaryTask,
  Surroundings,
  TaskResults,
} from '../runner/protocol.ts';
import type { EngineServices } from '../services/engine-ports.ts';
import { AnswerCache, draftKey } from './draft-cache.ts';
import { type Grants, grantsIdentity, resolveGrants } from './grants.ts';
import type { InteractiveLane } from './interactive-lane.ts';
import { taskLimits } from './limits.ts';
import { publishFile } from './publish.ts';
import { neededNodes } from './reach.ts';
import { interactiveStopLadder } from './runner.ts';
import { sourceOptions } from './source-options.ts';
import type { SourceWork } from './source-work.ts';

/** A document as it is edited. */
export interface Draft {
  readonly document: PipelineDocument;
  readonly parameters: ParameterValues;
  readonly environment: Environment;
  /** Whose file grants count, where the draft belongs to a stored pipeline. */
  readonly pipelineId?: string | undefined;
  /** Names the editor that asks: its newer preview cancels its older one. */
  readonly session?: string | undefined;
  /** Records that stand for stored batches, by `receivedKey`: a draft may be about some that are not stored yet. */
  readonly received?: Grants['received'] | undefined;
}

export type PreviewRequest = Draft &
  Pick<PreviewTask, 'nodeId' | 'limit' | 'stats'> & {
    readonly port?: string | undefined;
    readonly scanLimit?: number | undefined;
  };

export type PageRequest = Pick<PageTask, 'offset' | 'limit'> & {
  readonly orderBy?: PageTask['orderBy'] | undefined;
  readonly filter?: string | undefined;
};

export interface ExportRequest {
  readonly format: FileFormat;
  readonly spreadsheetSafe: boolean;
  /** Absolute path of the file to make; one that is there is replaced in one step. */
  readonly target: string;
}

export interface SniffRequest {
  /** As a document names it. */
  readonly path: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly pipelineId?: string | undefined;
}

export interface DraftsContext {
  readonly services: EngineServices;
  readonly lane: InteractiveLane;
  /** Of drafts over records that are not stored: however many are sent, the window does not wait for them. */
  readonly recordsLane: InteractiveLane;
  readonly sourceWork: SourceWork;
  readonly tmp: string;
  settings(): Settings;
}

const exportMilliseconds = 30 * 60_000;

/** Everything that is asked while nothing runs: answers about drafts and about files that Sluice owns. */
export class Drafts {
  #context: DraftsContext;
  #schemas = new AnswerCache<TaskResults['schema']>();
  #explained = new AnswerCache<ExplainResult>(16);

  constructor(context: DraftsContext) {
    this.#context = context;
  }

  /** Columns at every node and all problems. An unchanged draft over unchanged files is answered from memory. */
  check(draft: Draft, signal?: AbortSignal): Promise<TaskResults['schema']> {
    return this.#cached('schema', this.#schemas, draft, signal);
  }

  explain(draft: Draft, signal?: AbortSignal): Promise<ExplainResult> {
    return this.#cached('explain', this.#explained, draft, signal);
  }

  preview(request: PreviewRequest, signal?: AbortSignal): Promise<PreviewResult> {
    const { nodeId, port, limit, scanLimit, stats } = request;
    const grants = this.#grants(request, nodeId);
    return this.#context.lane.run(
      async ({ scratch, perform, signal: over }) => {
        const surroundings = await this.#surroundings(request, grants, scratch, over, {
          // One more than is shown tells whether there are more.
          rows: scanLimit === undefined ? undefined : scanLimit + 1,
        });
        return perform<PreviewTask>({
          task: 'preview',
          ...surroundings,
          nodeId,
          port,
          limit,
          scanLimit,
          stats,
        });
      },
      { signal, key: request.session && `preview:${request.session}` },
    );
  }

  /** Rows of a Parquet file that Sluice owns; `path` is never a user's. */
  page(path: string, request: PageRequest, signal?: AbortSignal): Promise<PageResult> {
    const { offset, limit, orderBy, filter } = request;
    return this.#ownFile(
      (common) => ({ task: 'page', path, offset, limit, orderBy, filter, ...common }),
      signal,
    );
  }

  summary(path: string, signal?: AbortSignal): Promise<SummaryResult> {
    return this.#ownFile((common) => ({ task: 'summary', path, ...common }), signal);
  }

  /** Writes a file that Sluice owns in another format; the target is whole or absent. */
  exportFile(path: string, request: ExportRequest, signal?: AbortSignal): Promise<ExportResult> {
    const { format, spreadsheetSafe, target } = request;
    return this.#context.lane.run(
      async ({ scratch, perform }) => {
        const limits = await this.#limits();
        const made = await perform<ExportTask>({
          task: 'export',
          path,
          format,
          spreadsheetSafe,
          scratch,
          limits,
        });
        signal?.throwIfAborted();
        await publishFile(made.path, target, scratch);
        return { ...made, path: target };
      },
      { signal, timeoutMilliseconds: exportMilliseconds },
    );
  }

  /** What a source's file looks like under the options given so far. Throws where the file may not be read. */
  async sniff(request: SniffRequest, signal?: AbortSignal): Promise<SniffResult> {
    const path = this.#context.services.files.resolveRead(request.path, request.pipelineId);
    const options = sourceOptions(request.kind, { ...request.config, path: request.path });
    return this.#ownFile((common): SniffTask => ({ task: 'sniff', path, ...options, ...common }), signal);
  }

  async #cached<Name extends 'schema' | 'explain'>(
    task: Name,
    cache: AnswerCache<TaskResults[Name]>,
    draft: Draft,
    signal: AbortSignal | undefined,
  ): Promise<TaskResults[Name]> {
    const grants = this.#grants(draft);
    const key = draftKey(draft.document, draft.parameters, await grantsIdentity(grants));
    const known = cache.get(key);
    if (known) return known;
    const lane = draft.received ? this.#context.recordsLane : this.#context.lane;
    const answer = await lane.run(
      async ({ scratch, perform, signal: over }) =>
        // The task of a name gives the answer of that name; the compiler cannot follow a generic one.
        perform({ task, ...(await this.#surroundings(draft, grants, scratch, over)) } as
          | SchemaTask
          | ExplainTask),
      { signal, key: draft.session && `${task}:${draft.session}` },
    );
    // Records that are not stored are hardly asked about twice.
    if (!draft.received) cache.set(key, answer as TaskResults[Name]);
    return answer as TaskResults[Name];
  }

  /** A task about one file. */
  #ownFile<Task extends PageTask | SummaryTask | SniffTask>(
    make: (common: { scratch: string; limits: RunnerLimits }) => Task,
    signal: AbortSignal | undefined,
  ): Promise<TaskResults[Task['task']]> {
    return this.#context.lane.run(
      async ({ scratch, perform }) => perform<Task>(make({ scratch, limits: await this.#limits() })),
      { signal },
    );
  }

  #grants(draft: Draft, upTo?: string): Grants {
    const { document: drawn, parameters, environment, pipelineId, received } = draft;
    const document = withPathParameters(drawn, parameters);
    const grants = resolveGrants(this.#context.services, {
      document,
      environment,
      pipelineId,
      parameters,
      ...(upTo === undefined ? {} : { nodes: neededNodes(document, upTo) }),
      writes: false,
    });
    return received === undefined ? grants : { ...grants, received: { ...grants.received, ...received } };
  }

  /** With what is needed of sources in the scratch folder: `wanted` rows, or as many as tell the columns. */
  async #surroundings(
    draft: Draft,
    grants: Grants,
    scratch: string,
    signal: AbortSignal,
    wanted?: { readonly rows: number | undefined },
  ): Promise<Surroundings> {
    // What holds secrets is no part of the task.
    const { refusals: _refusals, sources, ...granted } = grants;
    const { parameters } = draft;
    const { sourceWork } = this.#context;
    const document = withPathParameters(draft.document, parameters);
    const company = { signal, ladder: interactiveStopLadder };
    const fetched = wanted
      ? await sourceWork.fetch(sources.reads, document, scratch, company, wanted)
      : await sourceWork.columns(sources.reads, document, scratch, company);
    const files = { ...granted.files, ...fetched.files };
    const refusedFiles = { ...granted.refusedFiles, ...fetched.refused };
    return { document, parameters, ...granted, files, refusedFiles, scratch, limits: await this.#limits() };
  }

  #limits() {
    return taskLimits(this.#context.settings(), this.#context.tmp);
  }
}
