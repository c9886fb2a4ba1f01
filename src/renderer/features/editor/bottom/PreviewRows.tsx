import { useQuery } from '@tanstack/react-query';
import { TableProperties } from 'lucide-react';
import { type ReactNode, useCallback, useMemo } from 'react';
import { orpc } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import type { PortRef } from '../../../graph/ports.ts';
import { meaningKey, upstreamPart } from '../../../graph/stale.ts';
import {
  Badge,
  Button,
  DataGrid,
  EmptyState,
  ErrorState,
  formatCount,
  formatDuration,
  Skeleton,
  Spinner,
} from '../../../ui/index.ts';
import { useRested } from '../page/use-check.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';
import { DataBar } from './DataBar.tsx';

interface PreviewRowsProps {
  target: PortRef;
  /** The rows that a sink would write. */
  sink: boolean;
  label: string;
  scanLimit: number | undefined;
  bar: ReactNode;
}

const shownRows = 500;

function sameTarget(key: readonly unknown[] | undefined, target: PortRef): boolean {
  return key?.[1] === target.node && key[2] === target.port;
}

/** First rows at a step, computed while it is edited. Old rows stay until the new ones are there. */
export function PreviewRows({ target, sink, label, scanLimit, bar }: PreviewRowsProps) {
  const { actions } = useEditor();
  const document = useDocument((current) => current);
  const parameters = useView((view) => view.parameters);
  const part = useMemo(() => upstreamPart(document, target.node), [document, target.node]);
  const rested = useRested(part, 300);
  const key = useMemo(() => meaningKey(rested), [rested]);
  const current = rested.nodes.some((node) => node.id === target.node);
  const query = useQuery({
    ...orpc.editor.preview.queryOptions({
      input: {
        document: rested,
        parameters,
        nodeId: target.node,
        ...(!sink && { port: target.port }),
        limit: shownRows,
        ...(scanLimit !== undefined && { scanLimit }),
      },
    }),
    queryKey: ['editor.preview', target.node, target.port, key, parameters, scanLimit],
    // Rows of another step would be taken for this one's.
    placeholderData: (before, query) => (sameTarget(query?.queryKey, target) ? before : undefined),
    enabled: current,
    staleTime: 60_000,
    gcTime: 120_000,
    retry: false,
  });
  const { data, isFetching, isPlaceholderData, error } = query;
  const rowAt = useCallback((index: number) => data?.rows[index], [data]);
  const columns = useMemo(() => {
    const stats = new Map(data?.stats?.map((stat) => [stat.name, stat]));
    const count = data?.rows.length ?? 0;
    return (data?.columns ?? []).map((column) => {
      const stat = stats.get(column.name);
      return { ...column, ...(stat && count > 0 && { nulls: stat.nulls, distinct: stat.distinct }) };
    });
  }, [data]);

  if (error && !isFetching) {
    const report = callError(error);
    return (
      <>
        <DataBar>{bar}</DataBar>
        <ErrorState
          variant="inline"
          title={report.message}
          details={JSON.stringify(report, null, 2)}
          onRetry={() => void query.refetch()}
        />
      </>
    );
  }
  const problem = isPlaceholderData
    ? undefined
    : data?.problems.find((candidate) => candidate.severity === 'error');
  const fresh = !isPlaceholderData && data !== undefined;
  return (
    <>
      <DataBar>
        {bar}
        <span className="flex-1" />
        {isFetching && <Spinner size={13} label="Computing the preview" />}
        {fresh && data.partial && <Badge tone="warning">Partial: not all source rows were read</Badge>}
        {fresh && !problem && (
          <span className="text-meta whitespace-nowrap text-muted nums">
            Showing {formatCount(data.rows.length)} of {data.more ? '?' : formatCount(data.rows.length)} ·{' '}
            {formatDuration(data.milliseconds)}
          </span>
        )}
      </DataBar>
      {problem ? (
        <EmptyState
          icon={TableProperties}
          title="No rows yet"
          className="min-h-0 flex-1 py-4"
          action={
            problem.nodeId ? (
              <Button onClick={() => problem.nodeId && actions.reveal(problem.nodeId, problem.path ?? [])}>
                Show where
              </Button>
            ) : undefined
          }
        >
          {problem.message}
        </EmptyState>
      ) : data && (fresh || data.columns.length > 0) ? (
        <DataGrid
          className="min-h-0 flex-1"
          label={label}
          columns={columns}
          rowCount={data.more ? undefined : data.rows.length}
          loadedRows={data.rows.length}
          rows={rowAt}
          empty="No rows: the steps up to here let none through."
        />
      ) : (
        <Skeleton lines={5} className="m-3" />
      )}
    </>
  );
}
