import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { DocumentState, DocumentStore } from '../../../stores/document.ts';
import type { Autosave } from '../saving/autosave.ts';
import type { Actions, CanvasHandle } from './actions.ts';
import type { ViewState, ViewStore } from './view-store.ts';

/** One open pipeline: its document, what is seen of it, and what can be done to it. */
export interface Editor {
  readonly pipelineId: string;
  readonly documents: DocumentStore;
  readonly view: ViewStore;
  readonly actions: Actions;
  readonly autosave: Autosave;
  readonly canvas: { current: CanvasHandle | undefined };
}

export const EditorContext = createContext<Editor | undefined>(undefined);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error('Internal error: this part is drawn outside an editor');
  return editor;
}

export function useDocument<Value>(select: (document: DocumentState['document']) => Value): Value {
  return useStore(useEditor().documents.store, (state) => select(state.document));
}

export function useView<Value>(select: (view: ViewState) => Value): Value {
  return useStore(useEditor().view, select);
}
