import { useEffect, useState } from 'react';
import { useHashQuery } from '../../data/hash-query.ts';

export type RunView = 'gantt' | 'graph' | 'table';
const views: readonly string[] = ['gantt', 'graph', 'table'];

/** Arrow keys move the focus faster than a browser lets its address be changed. */
const restMilliseconds = 200;

export interface RunFocus {
  /** The one node that Gantt, graph, table, log and rows speak of. */
  readonly node: string | undefined;
  readonly view: RunView;
  /** The attempt that is looked at; undefined for the newest. */
  readonly attempt: number | undefined;
  setNode(node: string | undefined): void;
  setView(view: RunView): void;
  setAttempt(attempt: number | undefined): void;
}

/** What the page looks at, kept in the address: it can be linked, and survives a reload. */
export function useRunFocus(): RunFocus {
  const [query, setQuery] = useHashQuery();
  const linked = query.get('node') ?? undefined;
  const [node, setNode] = useState(linked);
  useEffect(() => setNode(linked), [linked]);
  useEffect(() => {
    const timer = setTimeout(() => setQuery({ node }), restMilliseconds);
    return () => clearTimeout(timer);
  }, [node, setQuery]);
  const view = query.get('view') ?? '';
  const attempt = Number(query.get('attempt'));
  return {
    node,
    view: views.includes(view) ? (view as RunView) : 'gantt',
    attempt: Number.isInteger(attempt) && attempt > 0 ? attempt : undefined,
    setNode,
    setView: (next) => setQuery({ view: next === 'gantt' ? undefined : next }),
    setAttempt: (next) => setQuery({ attempt: next === undefined ? undefined : String(next) }),
  };
}
