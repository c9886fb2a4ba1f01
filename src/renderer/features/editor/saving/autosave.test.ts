import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyDocument, type PipelineDocument } from '../../../../shared/pipeline/document.ts';
import { createDocumentStore } from '../../../stores/document.ts';
import { createAutosave } from './autosave.ts';
import { readDraft } from './local-draft.ts';
import { saveLabel } from './save-machine.ts';

const named = (description: string): PipelineDocument => ({ ...emptyDocument('Test'), description });

function memoryShelf(): Storage {
  const map = new Map<string, string>();
  return {
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
    clear: () => map.clear(),
    key: () => null,
    length: 0,
  };
}

function open(shelf = memoryShelf(), revisions = [named('first')], answerAfter = 0) {
  const answered = () => new Promise<void>((resolve) => void setTimeout(resolve, answerAfter));
  const copies: PipelineDocument[] = [];
  const network = { up: true };
  const documents = createDocumentStore(revisions.at(-1) ?? named(''));
  const newest = () => ({ revision: revisions.length, document: revisions.at(-1) ?? named('') });
  const saving = createAutosave(
    documents,
    'id',
    newest(),
    {
      get: async () => {
        if (!network.up) throw new Error('offline');
        const found = newest();
        await answered();
        return found;
      },
      save: async (base, document) => {
        if (!network.up) throw new Error('offline');
        if (base !== revisions.length) throw new Error('conflict');
        revisions.push(document);
        const revision = revisions.length;
        await answered();
        return revision;
      },
      copy: async (document) => void copies.push(document),
      readError: (error) => ({
        code: (error as Error).message === 'conflict' ? 'revision_conflict' : 'stopping',
        message: '',
        details: {},
      }),
    },
    shelf,
  );
  const write = (text: string) =>
    documents.edit({ name: 'edit', apply: (document) => ({ ...document, description: text }) });
  const label = () => saveLabel(saving.states.getState());
  return { saving, documents, revisions, copies, network, shelf, write, label };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('autosave', () => {
  it('saves after a pause, all edits together, and keeps the draft here until then', async () => {
    const { write, revisions, shelf, label } = open();
    write('a');
    write('ab');
    expect(readDraft(shelf, 'id')?.document.description).toBe('ab');
    expect(label()).toBe('unsaved');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(revisions.map(({ description }) => description)).toEqual(['first', 'ab']);
    expect(readDraft(shelf, 'id')).toBeUndefined();
    expect(label()).toBe('saved');
  });

  it('an edit made while a save is on its way is neither lost nor forgotten by undo', async () => {
    const { write, documents, revisions, label } = open(memoryShelf(), [named('first')], 400);
    write('a');
    await vi.advanceTimersByTimeAsync(900);
    expect(label()).toBe('saving');
    write('ab');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(documents.getState().document.description).toBe('ab');
    expect(revisions.map(({ description }) => description)).toEqual(['first', 'a', 'ab']);
    expect(documents.undo()).toBe('edit');
  });

  it('an edit made while the newest revision is asked for is not overwritten by it', async () => {
    const { saving, write, documents, revisions } = open(memoryShelf(), [named('first')], 400);
    revisions.push(named('theirs'));
    const refreshed = saving.refresh();
    await vi.advanceTimersByTimeAsync(100);
    write('mine');
    await vi.advanceTimersByTimeAsync(2_000);
    await refreshed;
    expect(documents.getState().document.description).toBe('mine');
  });

  it('tries again until the server answers', async () => {
    const { write, revisions, network, label } = open();
    network.up = false;
    write('a');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(label()).toBe('offline');
    network.up = true;
    await vi.advanceTimersByTimeAsync(4_000);
    expect(revisions.at(-1)?.description).toBe('a');
    expect(label()).toBe('saved');
  });

  it('brings a draft back after the window was lost, as an edit of its own', async () => {
    const first = open();
    first.network.up = false;
    first.write('unsaved');
    const second = open(first.shelf, first.revisions);
    expect(second.documents.getState().document.description).toBe('unsaved');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(second.revisions.at(-1)?.description).toBe('unsaved');
  });

  it('asks when the draft that comes back was based on an older revision', async () => {
    const first = open();
    first.network.up = false;
    first.write('unsaved');
    const second = open(first.shelf, [...first.revisions, named('theirs')]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(second.label()).toBe('conflict');
    expect(second.documents.getState().document.description).toBe('unsaved');
    await second.saving.copyMine();
    expect(second.copies.map(({ description }) => description)).toEqual(['unsaved']);
    expect(second.documents.getState().document.description).toBe('theirs');
    expect(second.label()).toBe('saved');
  });

  it('puts mine after theirs when that is chosen', async () => {
    const { write, revisions, saving, label } = open();
    revisions.push(named('theirs'));
    write('mine');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(label()).toBe('conflict');
    saving.keepMine();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(revisions.map(({ description }) => description)).toEqual(['first', 'theirs', 'mine']);
  });

  it('sends what is left when it is stopped', async () => {
    const { write, revisions, saving } = open();
    write('last');
    saving.stop();
    await vi.advanceTimersByTimeAsync(10);
    expect(revisions.at(-1)?.description).toBe('last');
  });
});
