import { z } from 'zod';
import { type RunQuery, type SavedSearch, savedSearch } from '../../shared/contract/history.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { fold } from '../store/connection.ts';
import type { ServiceContext } from './service-context.ts';

const settingName = 'runSearches';
const most = 100;

/** Searches of the run list that somebody gave a name, in the order they are shown. */
export function createRunSearches(context: ServiceContext) {
  const { settings } = context.store;

  function list(): SavedSearch[] {
    const stored = z.array(savedSearch).safeParse(settings.get(settingName) ?? []);
    return stored.success ? stored.data : [];
  }

  function keep(searches: readonly SavedSearch[]): void {
    settings.set(settingName, searches);
    context.announce({ type: 'runs.changed' });
  }

  return {
    list,

    save: (search: { id?: string | undefined; name: string; query: RunQuery }): SavedSearch =>
      context.store.write(() => {
        const before = list();
        const saved = { ...search, id: search.id ?? context.newId() };
        if (before.some(({ id, name }) => id !== saved.id && fold(name) === fold(saved.name)))
          throw new SluiceError('name_taken', { what: 'saved search', name: saved.name });
        const known = before.some(({ id }) => id === saved.id);
        if (search.id !== undefined && !known)
          throw new SluiceError('not_found', { what: 'saved search', id: search.id });
        if (!known && before.length >= most)
          throw new SluiceError('invalid_input', {
            reason: `There are ${most} saved searches already. Delete one first.`,
          });
        keep(known ? before.map((each) => (each.id === saved.id ? saved : each)) : [...before, saved]);
        return saved;
      }),

    remove: (id: string): { removed: boolean } =>
      context.store.write(() => {
        const before = list();
        const after = before.filter((each) => each.id !== id);
        if (after.length < before.length) keep(after);
        return { removed: after.length < before.length };
      }),

    order: (ids: readonly string[]): SavedSearch[] =>
      context.store.write(() => {
        const place = (id: string) => (ids.includes(id) ? ids.indexOf(id) : ids.length);
        const ordered = list().sort((a, b) => place(a.id) - place(b.id));
        keep(ordered);
        return ordered;
      }),
  };
}
