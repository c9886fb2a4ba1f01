import type { PipelineSummary, RunSummary } from '../../../shared/contract/domain.ts';

/** The list after a run moved: its pipeline shows it, unless it already shows a newer one. */
export function withLastRun(
  pipelines: PipelineSummary[],
  run: Pick<RunSummary, 'id' | 'pipelineId' | 'status' | 'queuedAt'>,
): PipelineSummary[] {
  return pipelines.map((pipeline) => {
    const { id, lastRun } = pipeline;
    // Ids of runs grow with time.
    if (id !== run.pipelineId || (lastRun && lastRun.id > run.id)) return pipeline;
    const at = lastRun?.id === run.id ? lastRun.at : run.queuedAt;
    return { ...pipeline, lastRun: { id: run.id, status: run.status, at } };
  });
}
