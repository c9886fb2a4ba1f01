import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../../shared/pipeline/document.ts';
import type { Problem } from '../../../shared/pipeline/problem.ts';
import type { FoundResource, StoredResource } from '../../store/resources-repository.ts';
import { authorOf } from '../author.ts';
import type { RunLedger } from '../engine-ports.ts';
import { refuseNewReach } from '../reach-beyond.ts';
import type { ServiceContext } from '../service-context.ts';
import type { PipelinesService } from '../service-types.ts';
import type { SourcesService } from '../sources-service.ts';
import { compileWorkflow } from './flare/compile-workflow.ts';
import type { DepotOf } from './flare/depot-nodes.ts';
import { workflowSpec } from './flare/schema.ts';
import { toldWorkflow } from './flare/told-workflow.ts';
import { invalidResource } from './invalid-resource.ts';
import type { ResourceBook } from './resource-book.ts';
import { recordResource } from './resource-event.ts';
import { type PlacedInput, partOf, type ResourceCaller, type ResourceKind } from './resource-kind.ts';

export interface WorkflowParts {
  readonly book: ResourceBook;
  readonly pipelines: PipelinesService;
  readonly runs: Pick<RunLedger, 'submit'>;
  readonly sources: Pick<SourcesService, 'get' | 'findByName'>;
  checkSchedule(document: PipelineDocument): readonly Problem[];
  checkPipeline(document: PipelineDocument): readonly Problem[];
}

/** A workflow is a pipeline. One without a schedule runs when it is applied; all of it or nothing is written. */
export function createWorkflows(context: ServiceContext, parts: WorkflowParts): ResourceKind {
  const { store } = context;
  const { book, pipelines, runs } = parts;

  function compile(caller: ResourceCaller, input: PlacedInput, called: string): PipelineDocument {
    const spec = partOf(input, workflowSpec);
    const { description } = input;
    const depot = depotsOf(caller, input.workspaceId);
    const document = compileWorkflow(spec, { name: spec.title ?? called, description, depot });
    const [late] = parts.checkSchedule(document);
    if (late) throw invalidResource(['workflow', ...(late.path ?? ['schedule'])].join('.'), late.message);
    const [first] = parts.checkPipeline(document).filter(({ severity }) => severity === 'error');
    if (first) throw new SluiceError('invalid_pipeline', { reason: first.message });
    return document;
  }

  /** A depot is called by its own name, or by that of its source, as pipelines do. */
  function depotsOf({ environment }: ResourceCaller, workspaceId: string): DepotOf {
    return (name) => {
      const named = store.resources.named('depot', name, environment);
      const row = [workspaceId, context.workspaceId]
        .flatMap((id) => named.filter((one) => one.workspaceId === id))
        .at(0);
      const source = row?.targetId
        ? parts.sources.get(row.targetId)
        : parts.sources.findByName(name, { environment, workspaceId });
      return source && { source: source.name, config: source.config };
    };
  }

  function runOnce(caller: ResourceCaller, pipelineId: string, document: PipelineDocument): void {
    if (document.schedule) return;
    runs.submit({
      pipelineId,
      parameters: {},
      mode: 'fast',
      environment: caller.environment,
      trigger: 'api',
      cause: caller.name,
      keyId: caller.id,
    });
  }

  /** The spec as it was sent stands for this revision; when the pipeline goes on, the pipeline is told. */
  function keepSpec(row: StoredResource, input: PlacedInput, revision: number): StoredResource {
    const { version, tags, spec } = input;
    const next = { ...row, version, tags, spec, specOf: String(revision), updatedAt: context.now() };
    store.resources.update(next);
    return next;
  }

  return {
    create(caller, input) {
      const document = compile(caller, input, input.name);
      const { workspaceId } = input;
      const { environment } = caller;
      return store.write(() => {
        const labels = { ...input, description: '' };
        const release = book.claim({
          type: 'workflow',
          workspaceId,
          environment,
          thing: document.name,
          labels,
        });
        try {
          const pipeline = pipelines.create(document, authorOf(caller), { environment, workspaceId });
          runOnce(caller, pipeline.id, document);
          return { row: keepSpec(rowOf(pipeline.id), input, pipeline.revision) };
        } finally {
          release();
        }
      });
    },

    update(caller, resource, input) {
      const current = pipelines.get(targetOf(resource));
      const document = compile(caller, input, current.name);
      refuseNewReach(caller, current.document, document);
      return store.write(() => {
        const { revision } = pipelines.save(current.id, current.revision, document, authorOf(caller));
        const row = keepSpec(resource, input, revision);
        // A new revision has told it already.
        if (revision === current.revision) recordResource(context, 'resource.updated', resource);
        runOnce(caller, current.id, document);
        return { row };
      });
    },

    remove: (caller, resource) => void pipelines.remove([targetOf(resource)], authorOf(caller)),

    spec(resource) {
      const { revision, document } = pipelines.get(targetOf(resource));
      if (resource.spec && resource.specOf === String(revision)) return { ...resource.spec };
      const title = document.name === resource.name ? {} : { title: document.name };
      return { workflow: { ...title, ...toldWorkflow(document) } };
    },

    description: (resource) => pipelines.get(targetOf(resource)).description,
  };

  function rowOf(pipelineId: string): StoredResource {
    const row = store.resources.byTarget('workflow', pipelineId);
    if (!row) throw new SluiceError('not_found', { what: 'workflow', id: pipelineId });
    return row;
  }
}

function targetOf({ targetId, type, name }: FoundResource): string {
  if (targetId === null) throw new SluiceError('not_found', { what: type, id: name });
  return targetId;
}
