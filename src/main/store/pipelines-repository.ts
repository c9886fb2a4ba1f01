import type { Environment, PipelineSummary } from '../../shared/contract/domain.ts';
import { type Connection, fold } from './connection.ts';

/** What changes with every revision. */
export interface PipelineHead {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly revision: number;
  readonly nodeCount: number;
  /** Time of the change. */
  readonly at: string;
}

/** Whose it is: an environment (null is for all), and the id of a workspace. */
export interface PipelinePlace {
  readonly environment: Environment | null;
  readonly workspaceId: string;
}

/** What a list is narrowed to; what is left out is not asked for. */
export interface PipelineFilter {
  readonly search?: string;
  /** Pipelines that keys of this environment see: its own, and those for all. */
  readonly environment?: Environment;
  readonly workspaceId?: string;
}

interface PipelineRow {
  id: string;
  name: string;
  environment: Environment | null;
  workspace: string;
  description: string;
  revision: number;
  nodeCount: number;
  sample: string | null;
  createdAt: string;
  updatedAt: string;
  lastRunId: string | null;
  lastRunStatus: NonNullable<PipelineSummary['lastRun']>['status'];
  lastRunAt: string;
}

const select = `
  SELECT p.id, p.name, p.description, p.revision, p.node_count AS nodeCount, p.sample,
    p.environment, w.name AS workspace, p.created_at AS createdAt, p.updated_at AS updatedAt,
    r.id AS lastRunId, r.status AS lastRunStatus,
    coalesce(r.finished_at, r.started_at, r.queued_at) AS lastRunAt
  FROM pipelines p
  JOIN workspaces w ON w.id = p.workspace_id
  LEFT JOIN runs r ON r.seq = (SELECT max(seq) FROM runs WHERE pipeline_id = p.id)
  WHERE p.removed_at IS NULL`;

/** Pipelines by their newest revision. Removed ones stay in the table and are not found. */
export class PipelinesRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Last changed first. */
  list({ search = '', environment, workspaceId }: PipelineFilter = {}): PipelineSummary[] {
    return this.#connection
      .all<PipelineRow>(
        `${select} AND (@search = '' OR instr(fold(p.name), @search) > 0 OR instr(fold(p.description), @search) > 0)
           AND (@environment IS NULL OR p.environment IS NULL OR p.environment = @environment)
           AND (@workspaceId IS NULL OR p.workspace_id = @workspaceId)
         ORDER BY p.updated_at DESC, p.id DESC`,
        {
          search: fold(search.trim()),
          environment: environment ?? null,
          workspaceId: workspaceId ?? null,
        },
      )
      .map(toSummary);
  }

  find(id: string): PipelineSummary | undefined {
    const row = this.#connection.get<PipelineRow>(`${select} AND p.id = @id`, { id });
    return row && toSummary(row);
  }

  /** What a submit needs of it, without its runs. */
  head(id: string): { name: string; revision: number; environment: Environment | null } | undefined {
    return this.#connection.get(
      'SELECT name, revision, environment FROM pipelines WHERE id = @id AND removed_at IS NULL',
      { id },
    );
  }

  /** Removed ones as well. */
  environmentOf(id: string): Environment | null {
    const sql = 'SELECT environment FROM pipelines WHERE id = @id';
    return this.#connection.get<{ environment: Environment | null }>(sql, { id })?.environment ?? null;
  }

  /** Id of the workspace that owns it; undefined for one that is not there. */
  workspaceOf(id: string): string | undefined {
    const sql = 'SELECT workspace_id AS workspaceId FROM pipelines WHERE id = @id';
    return this.#connection.get<{ workspaceId: string }>(sql, { id })?.workspaceId;
  }

  /** Pipelines whose document has a schedule, but no trigger stands for it. */
  withoutTrigger(): { id: string; revision: number }[] {
    // Nearly all documents are passed over by the plain search, and never opened as JSON.
    return this.#connection.all(
      `SELECT p.id, p.revision FROM pipelines p
         JOIN pipeline_revisions r ON r.pipeline_id = p.id AND r.revision = p.revision
       WHERE p.removed_at IS NULL AND instr(r.document, '"schedule"') > 0 AND r.document -> '$.schedule' IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM triggers t WHERE t.pipeline_id = p.id AND t.origin = 'document')`,
    );
  }

  /** The one changed last, where several have the name. With a place: only one that is exactly there. */
  findByName(name: string, place?: PipelinePlace): PipelineSummary | undefined {
    const there = place ? 'AND p.workspace_id = @workspaceId AND p.environment IS @environment' : '';
    const row = this.#connection.get<PipelineRow>(
      `${select} AND p.name = @name ${there} ORDER BY p.updated_at DESC, p.id DESC LIMIT 1`,
      { name, ...place },
    );
    return row && toSummary(row);
  }

  namesLike(start: string): Set<string> {
    const rows = this.#connection.all<{ name: string }>(
      'SELECT name FROM pipelines WHERE removed_at IS NULL AND substr(name, 1, length(@start)) = @start',
      { start },
    );
    return new Set(rows.map((row) => row.name));
  }

  /** Pipelines made from a sample, removed ones left out. */
  hasSample(sample: string): boolean {
    return (
      this.#connection.get('SELECT 1 FROM pipelines WHERE sample = @sample AND removed_at IS NULL', {
        sample,
      }) !== undefined
    );
  }

  insert(head: PipelineHead, place: PipelinePlace, sample: string | null): void {
    this.#connection.run(
      `INSERT INTO pipelines
         (id, workspace_id, environment, name, description, revision, node_count, sample, created_at, updated_at)
       VALUES (@id, @workspaceId, @environment, @name, @description, @revision, @nodeCount, @sample, @at, @at)`,
      { ...head, ...place, sample },
    );
  }

  update(head: PipelineHead): void {
    this.#connection.run(
      `UPDATE pipelines SET name = @name, description = @description, revision = @revision,
         node_count = @nodeCount, updated_at = @at
       WHERE id = @id`,
      { ...head },
    );
  }

  /** True when the pipeline was there and is removed now. */
  remove(id: string, at: string): boolean {
    const sql = 'UPDATE pipelines SET removed_at = @at WHERE id = @id AND removed_at IS NULL';
    return this.#connection.run(sql, { id, at }).changes > 0;
  }

  restore(id: string): boolean {
    const sql = 'UPDATE pipelines SET removed_at = NULL WHERE id = @id AND removed_at IS NOT NULL';
    return this.#connection.run(sql, { id }).changes > 0;
  }
}

function toSummary(row: PipelineRow): PipelineSummary {
  const { lastRunId, lastRunStatus, lastRunAt, sample, ...rest } = row;
  return {
    ...rest,
    sample: sample !== null,
    lastRun: lastRunId === null ? null : { id: lastRunId, status: lastRunStatus, at: lastRunAt },
  };
}
