import { useCallback, useMemo, useSyncExternalStore } from 'react';

/** The part of the address behind the `?` inside the hash: `#/runs/1?node=orders`. It can be linked and reloaded. */
export function hashQuery(): URLSearchParams {
  return new URLSearchParams(queryText());
}

const queryText = () => location.hash.split('?', 2)[1] ?? '';

function subscribe(tell: () => void): () => void {
  addEventListener('hashchange', tell);
  return () => removeEventListener('hashchange', tell);
}

/** An address with a query; values left undefined are left out. */
export function hashAddress(path: string, values: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export type SetHashQuery = (change: Readonly<Record<string, string | undefined>>) => void;

/** What the address asks of this page, and a way to change it in place: no new step of the browser's history. */
export function useHashQuery(): [URLSearchParams, SetHashQuery] {
  const text = useSyncExternalStore(subscribe, queryText);
  const query = useMemo(() => new URLSearchParams(text), [text]);
  const change = useCallback<SetHashQuery>((values) => {
    const next = { ...Object.fromEntries(hashQuery()), ...values };
    const [path = '#/'] = location.hash.split('?', 1);
    const address = hashAddress(path, next);
    if (address === location.hash) return;
    history.replaceState(history.state, '', address);
    // Replacing the state tells nobody, the router included.
    dispatchEvent(new HashChangeEvent('hashchange'));
  }, []);
  return [query, change];
}
