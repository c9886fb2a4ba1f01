import { Table2 } from 'lucide-react';
import type { RunDetail } from '../../../shared/contract/domain.ts';
import { client } from '../../data/client.ts';
import { usePagedRows } from '../../data/use-paged-rows.ts';
import { DataGrid, EmptyState, ErrorState, Skeleton } from '../../ui/index.ts';

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
    return (
      <EmptyState icon={Table2} title={`No rows were kept for “${step.title}”`}>
        {run.mode === 'fast'
          ? 'Fast runs keep only what they publish. Start it with the Run button of the editor to keep rows of its steps.'
          : 'Cheap steps are computed again from the kept step before them. Open the pipeline to preview them.'}
      </EmptyState>
    );
  return <KeptRows key={step.nodeId} runId={run.id} nodeId={step.nodeId} title={step.title} />;
}

function KeptRows({ runId, nodeId, title }: { runId: string; nodeId: string; title: string }) {
  const rows = usePagedRows(`${runId}/${nodeId}`, (offset, limit, signal) =>
    client.runs.rows({ runId, nodeId, offset, limit }, { signal }),
  );
  if (rows.error) return <ErrorState title={rows.error.message} onRetry={rows.retry} />;
  if (rows.pending)
    return (
      <div className="p-6">
        <Skeleton lines={8} />
      </div>
    );
  return (
    <DataGrid
      label={`Rows of ${title}`}
      columns={rows.columns}
      rowCount={rows.rowCount}
      rows={rows.rows}
      onVisibleRange={rows.onVisibleRange}
    />
  );
}
