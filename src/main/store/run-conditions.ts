import type { RunFilter, RunState } from '../../shared/contract/runs.ts';
import { fold } from './connection.ts';

export interface RunConditions {
  /** To be joined with AND; the table of runs is called `r`. */
  readonly conditions: string[];
  readonly values: Record<string, string>;
}

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

/** A filter of the run list as SQL. */
export function runConditions(filter: RunFilter): RunConditions {
  const conditions: string[] = [];
  const values: Record<string, string> = {};
  const add = (name: string, value: string | undefined, condition: string): void => {
    if (value === undefined || value === '') return;
    conditions.push(condition);
    values[name] = value;
  };
  add('pipelineId', filter.pipelineId, 'r.pipeline_id = @pipelineId');
  const statuses = filter.statuses?.length ? JSON.stringify(filter.statuses) : undefined;
  add('statuses', statuses, 'r.status IN (SELECT value FROM json_each(@statuses))');
  if (filter.states?.length)
    conditions.push(`(${filter.states.map((state) => stateConditions[state]).join(' OR ')})`);
  add('environment', filter.environment, 'r.environment = @environment');
  add('trigger', filter.trigger, 'r."trigger" = @trigger');
  add('triggerId', filter.triggerId, 'r.trigger_id = @triggerId');
  if (filter.label) {
    // The first two let the index and a plain comparison throw out nearly all before JSON is opened.
    values.label = filter.label;
    values.labelText = JSON.stringify(filter.label);
    conditions.push("r.labels <> '[]'", 'instr(r.labels, @labelText) > 0');
    conditions.push('EXISTS (SELECT 1 FROM json_each(r.labels) WHERE value = @label)');
  }
  if (filter.pinned !== undefined) conditions.push(`r.pinned_at IS ${filter.pinned ? 'NOT ' : ''}NULL`);
  add('since', filter.since, 'r.queued_at >= @since');
  add('until', filter.until, 'r.queued_at < @until');
  add(
    'search',
    filter.search && fold(filter.search.trim()),
    `(substr(r.id, 1, length(@search)) = @search OR instr(lower(r.cause), @search) > 0
      OR r.pipeline_id IN (SELECT id FROM pipelines WHERE instr(fold(name), @search) > 0))`,
  );
  return { conditions, values };
}
