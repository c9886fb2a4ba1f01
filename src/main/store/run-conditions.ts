import type { RunFilter, RunState } from '../../shared/contract/runs.ts';
import { Conditions } from './conditions.ts';
import { fold } from './connection.ts';

const stateConditions: Record<RunState, string> = {
  queued: "r.status = 'queued'",
  retrying: "(r.status = 'queued' AND r.attempt > 0)",
  running: "r.status = 'running'",
  succeeded: "r.status = 'succeeded'",
  failed: "r.status = 'failed'",
  interrupted: "(r.status = 'failed' AND r.error ->> '$.code' = 'interrupted')",
  cancelled: "r.status = 'cancelled'",
  skipped: "(r.status = 'cancelled' AND r.error ->> '$.code' = 'skipped')",
};

/** A filter of the run list as SQL; the table of runs is called `r`. */
export function runConditions(filter: RunFilter): Conditions {
  const found = new Conditions();
  found.add('pipelineId', filter.pipelineId, 'r.pipeline_id = @pipelineId');
  if (filter.pipelineIds)
    found.add(
      'pipelineIds',
      JSON.stringify(filter.pipelineIds),
      'r.pipeline_id IN (SELECT value FROM json_each(@pipelineIds))',
    );
  found.addAny('statuses', filter.statuses, 'r.status');
  if (filter.states?.length)
    found.parts.push(filter.states.map((state) => stateConditions[state]).join(' OR '));
  found.add('environment', filter.environment, 'r.environment = @environment');
  found.add('trigger', filter.trigger, 'r."trigger" = @trigger');
  found.add('triggerId', filter.triggerId, 'r.trigger_id = @triggerId');
  if (filter.label) {
    // The first two let the index and a plain comparison throw out nearly all before JSON is opened.
    found.parts.push("r.labels <> '[]'");
    found.add('labelText', JSON.stringify(filter.label), 'instr(r.labels, @labelText) > 0');
    found.add('label', filter.label, 'EXISTS (SELECT 1 FROM json_each(r.labels) WHERE value = @label)');
  }
  if (filter.pinned !== undefined) found.parts.push(`r.pinned_at IS ${filter.pinned ? 'NOT ' : ''}NULL`);
  found.add('since', filter.since, 'r.queued_at >= @since');
  found.add('until', filter.until, 'r.queued_at < @until');
  found.add(
    'search',
    filter.search && fold(filter.search.trim()),
    `substr(r.id, 1, length(@search)) = @search OR instr(lower(r.cause), @search) > 0
      OR r.pipeline_id IN (SELECT id FROM pipelines WHERE instr(fold(name), @search) > 0)`,
  );
  return found;
}
