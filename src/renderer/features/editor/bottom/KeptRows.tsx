import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { Cell } from '../../../../shared/kernel/columns.ts';
import { client, orpc } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { DataGrid, ErrorState, Skeleton, StatusBadge } from '../../../ui/index.ts';
import { DataBar } from './DataBar.tsx';
import type { KeptStep } from './use-kept-step.ts';

const pageSize = 200;

interface KeptRowsProps {
  run: KeptStep;
  nodeId: string;
  label: string;
  bar: ReactNode;
}

/** All rows that a run kept for a step, read page by page as they are scrolled to. */
export function KeptRows({ run, nodeId, label, bar }: KeptRowsProps) {
  const first = useQuery({
    ...orpc.runs.rows.queryOptions({ input: { runId: run.runId, nodeId, offset: 0, limit: pageSize } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [pages, setPages] = useState<ReadonlyMap<number, readonly (readonly Cell[])[]>>(new Map());
  const asked = useMemo(() => new Set<number>(), []);
  const load = useCallback(
    (start: number, end: number) => {
      for (let page = Math.floor(start / pageSize); page <= Math.floor((end - 1) / pageSize); page += 1) {
        if (page === 0 || asked.has(page)) continue;
        asked.add(page);
        client.runs
          .rows({ runId: run.runId, nodeId, offset: page * pageSize, limit: pageSize })
          .then((answer) => setPages((before) => new Map(before).set(page, answer.rows)))
          .catch(() => asked.delete(page));
      }
    },
    [asked, nodeId, run.runId],
  );
  const rowAt = useCallback(
    (index: number) =>
      index < pageSize
        ? first.data?.rows[index]
        : pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    [first.data, pages],
  );
  if (first.error) {
    const report = callError(first.error);
    return (
      <ErrorState
        variant="inline"
        title={report.message}
        where="The kept rows could not be read."
        onRetry={() => void first.refetch()}
      />
    );
  }
  return (
    <>
      <DataBar>
        {bar}
        <span className="flex-1" />
        <StatusBadge status="succeeded" variant="plain" label="Rows of the last run" />
      </DataBar>
      {first.data ? (
        <DataGrid
          className="min-h-0 flex-1"
          label={label}
          columns={first.data.columns}
          rowCount={first.data.total}
          rows={rowAt}
          onVisibleRange={load}
        />
      ) : (
        <Skeleton lines={5} className="m-3" />
      )}
    </>
  );
}
