import { assert } from '../../shared/kernel/assert.ts';
import { documentSchema, type PipelineDocument } from '../../shared/pipeline/document.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import type { StoredRun } from '../store/runs-repository.ts';
import type { ServiceContext } from './service-context.ts';

/** Documents that stay parsed: a pipeline that runs every second is not read and checked every second. */
const remembered = 64;

export interface KnownDocument {
  readonly document: PipelineDocument;
  /** What keeps it from running; found once. */
  problems(): readonly Problem[];
}

export interface RunDocuments {
  /** The document of a revision, which never changes; undefined when there is no such revision. Not to be written to. */
  of(pipelineId: string, revision: number): KnownDocument | undefined;
  /** A document that is no revision, by its text. */
  derived(text: string): KnownDocument;
  /** The document that a run executes. */
  ofRun(run: Pick<StoredRun, 'id' | 'pipelineId' | 'revision' | 'derived'>): PipelineDocument;
}

export function createRunDocuments(
  { store }: ServiceContext,
  checkPipeline: (document: PipelineDocument) => readonly Problem[] = () => [],
): RunDocuments {
  const known = new Map<string, KnownDocument>();

  function remember(key: string, entry: KnownDocument): void {
    known.delete(key);
    known.set(key, entry);
    const [oldest] = known.keys();
    if (known.size > remembered && oldest !== undefined) known.delete(oldest);
  }

  function knownDocument(document: PipelineDocument): KnownDocument {
    let found: readonly Problem[] | undefined;
    return {
      document,
      problems() {
        found ??= checkPipeline(document).filter(({ severity }) => severity === 'error');
        return found;
      },
    };
  }

  const documents: RunDocuments = {
    derived(text) {
      const entry = known.get(text) ?? knownDocument(documentSchema.parse(JSON.parse(text)));
      remember(text, entry);
      return entry;
    },

    ofRun({ id, pipelineId, revision, derived }) {
      if (derived !== null) return documents.derived(derived).document;
      const known = documents.of(pipelineId, revision);
      assert(known, `run ${id} has lost its revision`);
      return known.document;
    },

    of(pipelineId, revision) {
      const key = `${pipelineId} ${revision}`;
      const before = known.get(key);
      if (before) {
        remember(key, before);
        return before;
      }
      const document = store.revisions.document(pipelineId, revision);
      if (!document) return undefined;
      const entry = knownDocument(document);
      // A revision written in the transaction under way may yet be undone, and its number given again.
      store.afterCommit(() => remember(key, entry));
      return entry;
    },
  };
  return documents;
}
