import { useCallback, useEffect, useRef, useState } from 'react';
import type { RowsPage } from '../../shared/contract/domain.ts';
import type { ErrorReport } from '../../shared/errors/sluice-error.ts';
import type { Cell, Column } from '../../shared/kernel/columns.ts';
import { callError } from './errors.ts';

export const pageRows = 200;
/** Pages kept in memory: 60,000 rows; the ones farthest from the view go first. */
const mostPages = 300;

export interface PagedRows {
  readonly columns: readonly Column[];
  readonly rowCount: number | undefined;
  readonly error: ErrorReport | undefined;
  /** True until the first page of the present source is there. */
  readonly pending: boolean;
  rows(index: number): readonly Cell[] | undefined;
  onVisibleRange(start: number, end: number): void;
  retry(): void;
}

type ReadPage = (offset: number, limit: number, signal: AbortSignal) => Promise<RowsPage>;

interface Loaded {
  readonly columns: readonly Column[];
  readonly total: number | undefined;
  readonly pages: ReadonlyMap<number, RowsPage['rows']>;
}
const nothing: Loaded = { columns: [], total: undefined, pages: new Map() };

/**
 * Rows of any number, read page by page as a grid shows them. `key` names the source: when it changes, pages of the
 * old one are dropped and late answers for it ignored.
 */
export function usePagedRows(key: string, read: ReadPage): PagedRows {
  const [loaded, setLoaded] = useState(nothing);
  const [error, setError] = useState<ErrorReport>();
  const [round, setRound] = useState(0);
  const latestRead = useRef(read);
  latestRead.current = read;
  const source = useRef({ stop: new AbortController(), asked: new Set<number>() });

  const load = useCallback((page: number) => {
    const { stop, asked } = source.current;
    if (asked.has(page)) return;
    asked.add(page);
    latestRead.current(page * pageRows, pageRows, stop.signal).then(
      (answer) => {
        if (stop.signal.aborted) return;
        setError(undefined);
        setLoaded((before) => withPage(before, page, answer, asked));
      },
      (reason: unknown) => {
        asked.delete(page);
        if (!stop.signal.aborted) setError(callError(reason));
      },
    );
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another source, or another try, starts over
  useEffect(() => {
    source.current = { stop: new AbortController(), asked: new Set() };
    setLoaded(nothing);
    setError(undefined);
    load(0);
    return () => source.current.stop.abort();
  }, [key, round, load]);

  return {
    columns: loaded.columns,
    rowCount: loaded.total,
    error,
    pending: loaded.total === undefined && !error,
    rows: (index) => loaded.pages.get(Math.floor(index / pageRows))?.[index % pageRows],
    onVisibleRange: useCallback(
      (start: number, end: number) => {
        for (let page = Math.floor(start / pageRows); page <= Math.floor(end / pageRows); page += 1)
          load(page);
      },
      [load],
    ),
    retry: () => setRound((before) => before + 1),
  };
}

function withPage(before: Loaded, page: number, answer: RowsPage, asked: Set<number>): Loaded {
  const pages = new Map(before.pages).set(page, answer.rows);
  for (const farthest of [...pages.keys()].sort((a, b) => Math.abs(b - page) - Math.abs(a - page))) {
    if (pages.size <= mostPages) break;
    pages.delete(farthest);
    asked.delete(farthest);
  }
  return { columns: answer.columns, total: answer.total, pages };
}
