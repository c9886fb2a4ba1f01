import { createStore } from 'zustand/vanilla';
import type { ErrorReport } from '../../../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import type { DocumentStore } from '../../../stores/document.ts';
import { dropDraft, keepDraft, readDraft } from './local-draft.ts';
import * as machine from './save-machine.ts';

/** What autosave asks of the server; the editor passes the app's client. */
export interface SaveServer {
  get(): Promise<machine.Revision>;
  save(baseRevision: number, document: PipelineDocument): Promise<number>;
  copy(document: PipelineDocument): Promise<void>;
  readError(error: unknown): ErrorReport;
}

const quietMilliseconds = 700;
const retryMilliseconds = 3_000;

/** Joins the document store to the save states: sends drafts after a pause, keeps them locally until acknowledged. */
export function createAutosave(
  documents: DocumentStore,
  pipelineId: string,
  start: machine.Revision,
  server: SaveServer,
  shelf: Storage,
) {
  const states = createStore<machine.SaveState>()(() => machine.opened(start));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let flight: Promise<void> | undefined;
  let stopped = false;

  const change = (next: machine.SaveState) => {
    if (next === states.getState()) return;
    states.setState(next, true);
    if (next.draft !== documents.getState().document) documents.replace(next.draft);
    if (machine.isDirty(next)) keepDraft(shelf, pipelineId, next.base, next.draft);
    else dropDraft(shelf, pipelineId);
  };
  const later = (milliseconds: number) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void flush(), milliseconds);
  };

  async function send(): Promise<void> {
    const next = machine.nextSave(states.getState());
    if (!next) return;
    change(machine.sent(states.getState()));
    try {
      const revision = await server.save(next.baseRevision, next.document);
      // Only now: what was edited while the answer was on its way is part of the state.
      change(machine.acknowledged(states.getState(), revision));
    } catch (error) {
      await recover(server.readError(error));
    }
  }

  async function recover(report: ErrorReport): Promise<void> {
    if (report.code === 'revision_conflict') return refresh();
    const passing =
      report.code === 'stopping' || report.code === 'internal' || report.code === 'unauthorized';
    const state = states.getState();
    change(passing ? machine.unanswered(state) : machine.refused(state, report.message));
    if (passing) later(retryMilliseconds);
  }

  /** Asks what the server has now: after a conflict, and when someone else says they saved. */
  async function refresh(): Promise<void> {
    try {
      const theirs = await server.get();
      change(machine.foundNewer(states.getState(), theirs));
    } catch {
      change(machine.unanswered(states.getState()));
    }
    if (machine.nextSave(states.getState())) later(retryMilliseconds);
  }

  /** Sends everything there is; resolves when it is saved or cannot be. True when the server has the draft. */
  async function flush(): Promise<boolean> {
    clearTimeout(timer);
    for (let round = 0; round < 4; round += 1) {
      if (flight) await flight;
      if (!machine.nextSave(states.getState())) break;
      flight = send().finally(() => {
        flight = undefined;
      });
      await flight;
      if (states.getState().trouble) break;
    }
    return machine.saveLabel(states.getState()) === 'saved';
  }

  const unsubscribe = documents.subscribe(({ document }) => {
    change(machine.edited(states.getState(), document));
    if (machine.nextSave(states.getState()) || states.getState().sending) later(quietMilliseconds);
  });

  const stored = readDraft(shelf, pipelineId);
  if (stored && !machine.sameDocument(stored.document, start.document)) {
    // The draft was based on an older revision: as if it had just been edited there.
    const basis = stored.base === start.revision ? start.document : documentNobodyHas(start.document);
    states.setState(
      { ...machine.opened({ revision: stored.base, document: basis }), draft: stored.document },
      true,
    );
    documents.replace(stored.document);
    later(0);
  } else dropDraft(shelf, pipelineId);

  return {
    states,
    flush,
    refresh: async () => {
      if (flight) await flight;
      await refresh();
    },
    keepMine: () => {
      change(machine.keepMine(states.getState()));
      later(0);
    },
    takeTheirs: () => change(machine.takeTheirs(states.getState())),
    async copyMine(): Promise<void> {
      await server.copy(states.getState().draft);
      change(machine.takeTheirs(states.getState()));
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      unsubscribe();
      void flush();
    },
  };
}

export type Autosave = ReturnType<typeof createAutosave>;

/** A stand-in for a revision whose text is not at hand: differs from every draft, so the draft counts as edited. */
function documentNobodyHas(document: PipelineDocument): PipelineDocument {
  return { ...document, name: `${document.name}\u0000` };
}
