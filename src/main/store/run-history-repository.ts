import type { RunStatus, RunStep } from '../../shared/contract/domain.ts';
import type { RunFilter } from '../../shared/contract/runs.ts';
import { Conditions } from './conditions.ts';
import type { Connection } from './connection.ts';
import { runConditions } from './run-conditions.ts';

/** Which runs: of a filter, or named. Neither has runs accepted after `upTo`. */
export type Selected = { readonly filter: RunFilter } | { readonly ids: readonly string[] };

export interface SelectedRun {
  readonly seq: number;
  readonly id: string;
  readonly status: RunStatus;
  readonly labels: string[];
  readonly pinned: boolean;
}

export interface SelectionCount {
  readonly total: number;
  readonly active: number;
  readonly retriable: number;
  readonly ended: number;
  readonly pinned: number;
}

export interface StepCell {
  readonly seq: number;
  readonly nodeId: string;
  readonly status: RunStep['status'];
  readonly rows: number | null;
  readonly milliseconds: number | null;
}

/** Questions about many runs at once. Those that may look at all runs take a range of `seq`, to be asked in pieces. */
export class RunHistoryRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  newestSeq(): number {
    return this.#connection.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM runs')?.seq ?? 0;
  }

  /** Runs of the selection with `from` < seq <= `upTo`. */
  count(selected: Selected, from: number, upTo: number): SelectionCount {
    const { where, values } = conditionsOf(selected, from, upTo);
    const row = this.#connection.get<Record<keyof SelectionCount, number | null>>(
      `SELECT count(*) AS total, sum(r.status IN ('queued', 'running')) AS active,
         sum(r.status IN ('failed', 'cancelled')) AS retriable,
         sum(r.status IN ('succeeded', 'failed', 'cancelled') AND r.pinned_at IS NULL) AS ended,
         sum(r.status IN ('succeeded', 'failed', 'cancelled') AND r.pinned_at IS NOT NULL) AS pinned
       FROM runs r ${where}`,
      values,
    );
    return {
      total: row?.total ?? 0,
      active: row?.active ?? 0,
      retriable: row?.retriable ?? 0,
      ended: row?.ended ?? 0,
      pinned: row?.pinned ?? 0,
    };
  }

  /** Newest first, those with `from` < seq <= `upTo`. */
  list(selected: Selected, from: number, upTo: number, limit: number): SelectedRun[] {
    const { where, values } = conditionsOf(selected, from, upTo);
    return this.#connection
      .all<Omit<SelectedRun, 'labels' | 'pinned'> & { labels: string; pinned: 0 | 1 }>(
        `SELECT r.seq, r.id, r.status, r.labels, r.pinned_at IS NOT NULL AS pinned
         FROM runs r ${where} ORDER BY r.seq DESC LIMIT @limit`,
        { ...values, limit },
      )
      .map((row) => ({ ...row, labels: JSON.parse(row.labels) as string[], pinned: row.pinned === 1 }));
  }

  labelsOf(seq: number): string[] | undefined {
    const row = this.#connection.get<{ labels: string }>('SELECT labels FROM runs WHERE seq = @seq', { seq });
    return row && (JSON.parse(row.labels) as string[]);
  }

  setLabels(seq: number, labels: readonly string[]): void {
    this.#connection.run('UPDATE runs SET labels = @labels WHERE seq = @seq', {
      seq,
      labels: JSON.stringify(labels),
    });
  }

  /** The most used first. */
  labelsInUse(limit: number): { label: string; runs: number }[] {
    return this.#connection.all(
      `SELECT l.value AS label, count(*) AS runs FROM runs r INDEXED BY runs_labelled, json_each(r.labels) l
       WHERE r.labels <> '[]' GROUP BY l.value ORDER BY runs DESC, label LIMIT @limit`,
      { limit },
    );
  }

  /** The steps of the newest attempt of each run. */
  cells(seqs: readonly number[]): StepCell[] {
    return this.#connection.all(
      `SELECT s.run_seq AS seq, s.node_id AS nodeId, s.status, s.rows, s.milliseconds
       FROM json_each(@seqs) q JOIN runs r ON r.seq = q.value
         JOIN run_steps s ON s.run_seq = r.seq AND s.attempt = r.attempt`,
      { seqs: JSON.stringify(seqs) },
    );
  }

  /** Runs queued in `from` <= time < `to`, by status. */
  statuses(pipelineId: string | undefined, from: string, to: string): { status: RunStatus; runs: number }[] {
    const [index, pipeline] = pipelineId
      ? ['runs_by_day', 'pipeline_id = @pipelineId AND']
      : ['runs_by_queued_at', ''];
    return this.#connection.all(
      `SELECT status, count(*) AS runs FROM runs INDEXED BY ${index}
       WHERE ${pipeline} queued_at >= @from AND queued_at < @to GROUP BY status`,
      { ...(pipelineId && { pipelineId }), from, to },
    );
  }

  waiting(now: string): {
    pipelineId: string;
    pipelineName: string;
    lane: string;
    runs: number;
    notYet: number;
    since: string;
  }[] {
    return this.#connection.all(
      `SELECT r.pipeline_id AS pipelineId, (SELECT name FROM pipelines WHERE id = r.pipeline_id) AS pipelineName, r.lane,
         count(*) AS runs, coalesce(sum(r.not_before > @now), 0) AS notYet, min(r.queued_at) AS since
       FROM runs r WHERE r.status = 'queued' GROUP BY r.pipeline_id, r.lane ORDER BY since LIMIT 200`,
      { now },
    );
  }
}

function conditionsOf(selected: Selected, from: number, upTo: number): Conditions {
  const found = 'ids' in selected ? named(selected.ids) : runConditions(selected.filter);
  found.add('from', from, 'r.seq > @from');
  found.add('upTo', upTo, 'r.seq <= @upTo');
  return found;
}

function named(ids: readonly string[]): Conditions {
  const found = new Conditions();
  found.add('ids', JSON.stringify(ids), 'r.id IN (SELECT value FROM json_each(@ids))');
  return found;
}
