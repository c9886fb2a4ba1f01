import { temporal } from 'zundo';
import { createStore } from 'zustand/vanilla';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';

/** One change a person makes: a name for "Undo ..." and a pure function. */
export interface Edit {
  /** As it is spoken: "delete 2 steps". */
  readonly name: string;
  readonly apply: (document: PipelineDocument) => PipelineDocument;
  /** Edits that follow each other with the same key become one undo step: typing in one field. */
  readonly coalesce?: string;
}

export interface DocumentState {
  readonly document: PipelineDocument;
  /** Name of the edit that led to this document. */
  readonly editName: string;
}

const historyLimit = 300;
const coalesceMilliseconds = 1500;

/**
 * The document being edited and its history. Selection and viewport live elsewhere, so undo never moves them.
 * Documents are never changed in place: equal reference means equal document.
 */
export function createDocumentStore(initial: PipelineDocument, now: () => number = Date.now) {
  const store = createStore<DocumentState>()(
    temporal((): DocumentState => ({ document: initial, editName: '' }), {
      limit: historyLimit,
      equality: (past, current) => past.document === current.document,
    }),
  );
  let last: { key: string; at: number } | undefined;

  const set = (edit: Edit, remember: boolean) => {
    const before = store.getState().document;
    const document = edit.apply(before);
    if (document === before) return false;
    const history = store.temporal.getState();
    if (!remember) history.pause();
    store.setState({ document, editName: edit.name });
    if (!remember) history.resume();
    return true;
  };

  return {
    getState: store.getState,
    subscribe: store.subscribe,
    store,
    temporal: store.temporal,
    /** Applies an edit as one undo step; an edit that changes nothing leaves no step. False when nothing changed. */
    edit(edit: Edit): boolean {
      const joins =
        edit.coalesce !== undefined && last?.key === edit.coalesce && now() - last.at < coalesceMilliseconds;
      const changed = set(edit, !joins);
      if (changed) last = edit.coalesce === undefined ? undefined : { key: edit.coalesce, at: now() };
      return changed;
    },
    /** Ends coalescing: the next edit is a step of its own. */
    seal(): void {
      last = undefined;
    },
    /** Name of the edit undone, or undefined when there is none. */
    undo(): string | undefined {
      last = undefined;
      if (store.temporal.getState().pastStates.length === 0) return undefined;
      const { editName } = store.getState();
      store.temporal.getState().undo();
      return editName;
    },
    redo(): string | undefined {
      last = undefined;
      if (store.temporal.getState().futureStates.length === 0) return undefined;
      store.temporal.getState().redo();
      return store.getState().editName;
    },
    /** Takes a document from elsewhere and forgets the history, which belongs to another line of edits. */
    replace(document: PipelineDocument): void {
      last = undefined;
      store.setState({ document, editName: '' });
      store.temporal.getState().clear();
    },
  };
}

export type DocumentStore = ReturnType<typeof createDocumentStore>;
