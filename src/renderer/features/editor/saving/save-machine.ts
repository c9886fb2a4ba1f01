import { canonicalJson } from '../../../../shared/kernel/json.ts';
import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';

/**
 * The states of saving, as pure data. What holds in every state: `draft` is the person's last edit, and it is only
 * given up by `takeTheirs`, which a person chose (or which happened because nothing was edited here).
 */
export interface SaveState {
  /** Revision that the draft is based on. */
  readonly base: number;
  /** The document of that revision. */
  readonly saved: PipelineDocument;
  readonly draft: PipelineDocument;
  /** On its way to the server. */
  readonly sending: PipelineDocument | undefined;
  readonly trouble: Trouble | undefined;
}

export type Trouble =
  /** The server did not answer; tried again. */
  | { readonly kind: 'offline' }
  /** Someone saved in between; waits for the person's choice. */
  | { readonly kind: 'conflict'; readonly theirs: Revision }
  /** The server refused the document; tried again after the next edit. */
  | { readonly kind: 'refused'; readonly message: string };

export interface Revision {
  readonly revision: number;
  readonly document: PipelineDocument;
}

export type SaveLabel = 'saved' | 'saving' | 'unsaved' | 'offline' | 'conflict' | 'refused';

export const sameDocument = (one: PipelineDocument, other: PipelineDocument): boolean =>
  one === other || canonicalJson(one) === canonicalJson(other);

export function opened({ revision, document }: Revision): SaveState {
  return { base: revision, saved: document, draft: document, sending: undefined, trouble: undefined };
}

export function edited(state: SaveState, draft: PipelineDocument): SaveState {
  if (draft === state.draft) return state;
  const trouble = state.trouble?.kind === 'refused' ? undefined : state.trouble;
  return { ...state, draft, trouble };
}

export const isDirty = (state: SaveState): boolean => !sameDocument(state.draft, state.saved);

/** What to send now, or undefined when there is nothing, something is on its way, or a choice is open. */
export function nextSave(state: SaveState): { baseRevision: number; document: PipelineDocument } | undefined {
  if (state.sending || state.trouble?.kind === 'conflict' || state.trouble?.kind === 'refused')
    return undefined;
  return isDirty(state) ? { baseRevision: state.base, document: state.draft } : undefined;
}

export function sent(state: SaveState): SaveState {
  return { ...state, sending: state.draft };
}

/** The server has what was sent, as `revision`. Edits made meanwhile stay to be saved. */
export function acknowledged(state: SaveState, revision: number): SaveState {
  const saved = state.sending ?? state.saved;
  return { ...state, base: revision, saved, sending: undefined, trouble: undefined };
}

export function unanswered(state: SaveState): SaveState {
  return { ...state, sending: undefined, trouble: { kind: 'offline' } };
}

export function refused(state: SaveState, message: string): SaveState {
  return { ...state, sending: undefined, trouble: { kind: 'refused', message } };
}

/**
 * The server is at another revision. When that is what we sent (its answer was lost), or when nothing was edited here,
 * there is no conflict; otherwise the person chooses.
 */
export function foundNewer(state: SaveState, theirs: Revision): SaveState {
  const idle = { ...state, sending: undefined };
  if (theirs.revision <= state.base) return { ...idle, trouble: undefined };
  const ours =
    sameDocument(theirs.document, state.draft) ||
    (state.sending && sameDocument(theirs.document, state.sending));
  if (ours || sameDocument(theirs.document, state.saved)) {
    return { ...idle, base: theirs.revision, saved: theirs.document, trouble: undefined };
  }
  if (!isDirty(state)) return opened(theirs);
  return { ...idle, trouble: { kind: 'conflict', theirs } };
}

/** My draft becomes the next revision, after theirs. Theirs stays in the history. */
export function keepMine(state: SaveState): SaveState {
  if (state.trouble?.kind !== 'conflict') return state;
  const { theirs } = state.trouble;
  return { ...state, base: theirs.revision, saved: theirs.document, trouble: undefined };
}

/** The draft is dropped for theirs; callers save it as a copy first where the person asked for that. */
export function takeTheirs(state: SaveState): SaveState {
  return state.trouble?.kind === 'conflict' ? opened(state.trouble.theirs) : state;
}

export function saveLabel(state: SaveState): SaveLabel {
  if (state.trouble) return state.trouble.kind;
  if (state.sending) return 'saving';
  return isDirty(state) ? 'unsaved' : 'saved';
}
