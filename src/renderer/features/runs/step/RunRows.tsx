import { useQuery } from '@tanstack/react-query';
import { Table2 } from 'lucide-react';
import { useState } from 'react';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { client, orpc } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { usePagedRows } from '../../../data/use-paged-rows.ts';
import { Awaited, Button, DataGrid, EmptyState, formatPlural } from '../../../ui/index.ts';

/** The rows that a run kept for the step in focus. */
export function RunRows({ run, nodeId }: { run: RunDetail; nodeId: string | undefined }) {
  const step = run.steps.find((candidate) => candidate.nodeId === nodeId);
  if (!step)
    return (
      <EmptyState icon={Table2} title="Choose a step">
        Its rows are shown here, where the run kept them.
      </EmptyState>
    );
  if (!step.hasRows)
    return <ComputedRows key={step.nodeId} run={run} nodeId={step.nodeId} title={step.title} />;
  return <KeptRows key={step.nodeId} runId={run.id} nodeId={step.nodeId} title={step.title} />;
}

function KeptRows({ runId, nodeId, title }: { runId: string; nodeId: string; title: string }) {
  const rows = usePagedRows(`${runId}/${nodeId}`, (offset, limit, signal) =>
    client.runs.rows({ runId, nodeId, offset, limit }, { signal }),
  );
  return (
    <Awaited
      pending={rows.pending}
      failure={rows.error?.message}
      where="The rows could not be read."
      onRetry={rows.retry}
    >
      {() => (
        <DataGrid
          label={`Rows of ${title}`}
          columns={rows.columns}
          rowCount={rows.rowCount}
          rows={rows.rows}
          onVisibleRange={rows.onVisibleRange}
        />
      )}
    </Awaited>
  );
}

const computedRows = 200;

interface ComputedRowsProps {
  readonly run: RunDetail;
  readonly nodeId: string;
  readonly title: string;
}

/** Rows that the run did not keep: on request the first ones are computed again, by the document that ran. */
function ComputedRows({ run, nodeId, title }: ComputedRowsProps) {
  const [wanted, setWanted] = useState(false);
  const { document, parameters, environment, pipelineId } = run;
  const query = useQuery({
    ...orpc.editor.preview.queryOptions({
      input: { document, parameters, environment, pipelineId, nodeId, limit: computedRows, stats: false },
    }),
    queryKey: ['run.preview', run.id, nodeId],
    enabled: wanted,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!wanted)
    return (
      <EmptyState
        icon={Table2}
        title={`No rows were kept for “${title}”`}
        action={<Button onClick={() => setWanted(true)}>Compute its first rows now</Button>}
      >
        {run.mode === 'fast'
          ? 'Fast runs keep only what they publish. They can be computed again from the inputs as they are now.'
          : 'Cheap steps are computed again from the kept step before them, with the inputs as they are now.'}
      </EmptyState>
    );
  return (
    <Awaited
      pending={query.isPending}
      failure={
        query.isLoadingError
          ? callError(query.error).message
          : query.data?.problems.find((problem) => problem.severity === 'error')?.message
      }
      where="The rows could not be computed."
      onRetry={() => void query.refetch()}
    >
      {() => {
        const rows = query.data?.rows ?? [];
        return (
          <DataGrid
            label={`Rows of ${title}`}
            columns={query.data?.columns ?? []}
            rowCount={rows.length}
            rows={(index) => rows[index]}
            onVisibleRange={() => undefined}
            footer={
              <span className="truncate text-muted">
                {query.data?.more ? 'The first ' : ''}
                {formatPlural(rows.length, 'row')}, computed just now: the inputs may have changed since the
                run
              </span>
            }
          />
        );
      }}
    </Awaited>
  );
}
