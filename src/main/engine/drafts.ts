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
import { sourceOptions } from './source-options.ts';

/** A document as it is edited. */
export interface Draft {
  readonly document: PipelineDocument;
  readonly parameters: ParameterValues;
  readonly environment: Environment;
  /** Whose file grants count, where the draft belongs to a stored pipeline. */
  readonly pipelineId?: string | undefined;
  /** Names the editor that asks: its newer preview cancels its older one. */
  readonly session?: string | undefined;
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
    const grants = this.#grants(request);
    return this.#context.lane.run(
      async ({ scratch, perform }) => {
        const surroundings = await this.#surroundings(request, grants, scratch);
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
    const answer = await this.#context.lane.run(
      async ({ scratch, perform }) =>
        // The task of a name gives the answer of that name; the compiler cannot follow a generic one.
        perform({ task, ...(await this.#surroundings(draft, grants, scratch)) } as SchemaTask | ExplainTask),
      { signal, key: draft.session && `${task}:${draft.session}` },
    );
    cache.set(key, answer as TaskResults[Name]);
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

  #grants({ document: drawn, parameters, environment, pipelineId }: Draft): Grants {
    const document = withPathParameters(drawn, parameters);
    return resolveGrants(this.#context.services, { document, environment, pipelineId, writes: false });
  }

  async #surroundings(draft: Draft, grants: Grants, scratch: string): Promise<Surroundings> {
    const { files, refusedFiles, datasets } = grants;
    const { parameters } = draft;
    const document = withPathParameters(draft.document, parameters);
    return { document, parameters, files, refusedFiles, datasets, scratch, limits: await this.#limits() };
  }

  #limits() {
    return taskLimits(this.#context.settings(), this.#context.tmp);
  }
}
