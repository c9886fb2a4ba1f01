import type { Environment, PipelineSummary } from '../../../../shared/contract/domain.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import type { PipelinesService } from '../../../services/service-types.ts';
import { digestOf } from '../../idempotency.ts';
import { ingestDocument, isPipelineOf, type TransformedNodes } from './ingest-document.ts';

export interface IngestTarget {
  readonly source: string;
  readonly environment: Environment;
  /** As they came; equal ones share a revision. */
  readonly transformations: unknown;
  readonly author: string;
  /** Whether whoever sends may use this pipeline; undefined: one that is to be made. */
  mayUse(pipelineId: string | undefined): boolean;
  /** The nodes of the transformations; asked only where they are not known. */
  build(): TransformedNodes;
}

interface Known {
  readonly id: string;
  readonly revision: number;
}

/** What to run, and what it was made for. */
type Found = Known & { readonly key: string };

const remembered = 500;

/**
 * The pipelines of sources: one a source and environment. Found by name each time, since a person may rename, edit or
 * remove it; its document is only looked at again where its revision is not the one that was made or seen last. A list of
 * transformations keeps its revision while this program runs, whatever became the newest since.
 */
export class IngestPipelines {
  readonly #pipelines: PipelinesService;
  readonly #workspaceId: string;
  readonly #known = new Map<string, Known>();

  constructor(pipelines: PipelinesService, workspaceId: string) {
    this.#pipelines = pipelines;
    this.#workspaceId = workspaceId;
  }

  /**
   * The pipeline to run, made or changed where that is needed, in the transaction under way. Throws forbidden where the
   * key may not.
   */
  find(target: IngestTarget): Found {
    const key = digestOf([target.environment, target.source, target.transformations]);
    for (const name of [target.source, `${target.source} (received)`]) {
      const head = this.#pipelines.findByName(name, {
        environment: target.environment,
        workspaceId: this.#workspaceId,
      });
      const found = head ? this.#use(head, key, target) : this.#make(name, key, target);
      if (found) return found;
    }
    throw new SluiceError('name_taken', { what: 'pipeline', name: target.source });
  }

  /** For after the commit: a revision that was undone is given to other transformations. */
  remember({ key, id, revision }: Found): void {
    this.#known.delete(key);
    this.#known.set(key, { id, revision });
    const [oldest] = this.#known.keys();
    if (this.#known.size > remembered && oldest !== undefined) this.#known.delete(oldest);
  }

  /** Undefined where the name belongs to a pipeline of another purpose. */
  #use(head: PipelineSummary, key: string, target: IngestTarget): Found | undefined {
    const known = this.#known.get(key);
    if (known?.id === head.id && known.revision === head.revision) {
      requireUse(target, head.id);
      return { ...known, key };
    }
    const { document } = this.#pipelines.get(head.id);
    if (!isPipelineOf(target.source, document)) return undefined;
    requireUse(target, head.id);
    if (known?.id === head.id) {
      // Two senders of one source take turns: each goes on with its own revision. What that reads is asked for anew.
      target.build();
      return { ...known, key };
    }
    const wished = this.#document(head.name, target);
    const { revision } = this.#pipelines.save(head.id, head.revision, wished, target.author);
    return { id: head.id, revision, key };
  }

  #make(name: string, key: string, target: IngestTarget): Found {
    requireUse(target, undefined);
    const { environment, author } = target;
    const place = { environment, workspaceId: this.#workspaceId };
    const { id, revision } = this.#pipelines.create(this.#document(name, target), author, place);
    return { id, revision, key };
  }

  #document(name: string, target: IngestTarget): PipelineDocument {
    return ingestDocument(target.source, name, target.build());
  }
}

function requireUse({ mayUse, source }: IngestTarget, pipelineId: string | undefined): void {
  if (mayUse(pipelineId)) return;
  throw new SluiceError('pipeline_not_allowed', { what: `the pipeline of the source "${source}"` });
}
