import type { Environment } from '../../shared/contract/domain.ts';
import type { ResourceStatus, ResourceType } from '../../shared/contract/resources.ts';
import { Conditions } from './conditions.ts';
import type { Connection } from './connection.ts';

/** How one of the core's things is called as a resource, and what it came with. */
export interface StoredResource {
  readonly id: string;
  readonly workspaceId: string;
  /** Null: seen from both environments. */
  readonly environment: Environment | null;
  readonly type: ResourceType;
  readonly name: string;
  /** The pipeline, trigger, source or dataset that it is; null where there is none (yet). */
  readonly targetId: string | null;
  /** Of a dataset that is only announced: its folded name. */
  readonly datasetKey: string | null;
  readonly version: string;
  readonly tags: readonly string[];
  readonly description: string;
  /** As it was sent; null where it is told from the thing itself. */
  readonly spec: Readonly<Record<string, unknown>> | null;
  /** What of the thing the spec stands for. */
  readonly specOf: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly removedAt: string | null;
}

/** As a list tells it. */
export type FoundResource = StoredResource & {
  /** Name of the workspace. */
  readonly workspace: string;
  readonly status: ResourceStatus;
  /** The pipeline that it is, starts, or was published by. */
  readonly pipelineId: string | null;
};

/** What a list is narrowed to; what is left out is not asked for. */
export interface ResourceFilter {
  readonly environment: Environment;
  readonly types?: readonly ResourceType[] | undefined;
  readonly workspaceId?: string | undefined;
  readonly name?: string | undefined;
  readonly tag?: string | undefined;
  readonly status?: ResourceStatus | undefined;
  /** Resources of these pipelines alone; null is no bound. */
  readonly pipelineIds: readonly string[] | null;
}

type Row = Omit<FoundResource, 'tags' | 'spec'> & { tags: string; spec: string | null };

const columns = `r.id, r.workspace_id AS workspaceId, r.environment, r.type, r.name, r.target_id AS targetId,
  r.dataset_key AS datasetKey, r.version, r.tags, r.description, r.spec, r.spec_of AS specOf,
  r.created_at AS createdAt, r.updated_at AS updatedAt, r.removed_at AS removedAt`;

const pipelineOf = `CASE r.type
  WHEN 'workflow' THEN r.target_id
  WHEN 'service' THEN (SELECT pipeline_id FROM triggers WHERE id = r.target_id)
  WHEN 'dataset' THEN (SELECT u.pipeline_id FROM datasets d JOIN dataset_versions v ON v.id = d.version_id
    JOIN runs u ON u.seq = v.run_seq WHERE d.id = r.target_id) END`;

/**
 * A workflow is pending while the first run of its newest revision waits to be started; how runs end is told by logs.
 * The queue is read once for all: it may hold ten thousand runs, and a list a thousand workflows.
 */
const waiting = `
  WITH waiting AS MATERIALIZED (
    SELECT id FROM (
      SELECT DISTINCT q.pipeline_id AS id, q.revision FROM runs q INDEXED BY runs_queue
        JOIN pipelines p ON p.id = q.pipeline_id AND p.revision = q.revision
      WHERE q.status = 'queued' AND q.environment = @environment AND q.attempt = 0) w
    WHERE NOT EXISTS (SELECT 1 FROM runs s WHERE s.pipeline_id = w.id AND s.environment = @environment
      AND s.revision = w.revision AND s.attempt > 0))`;

const statusOf = `CASE
  WHEN r.type = 'service' AND EXISTS (SELECT 1 FROM triggers WHERE id = r.target_id AND paused_at IS NOT NULL)
    THEN 'paused'
  WHEN r.type = 'workflow' AND EXISTS (SELECT 1 FROM triggers WHERE pipeline_id = r.target_id AND origin = 'document'
    AND paused_at IS NOT NULL) THEN 'paused'
  WHEN r.type = 'workflow' AND r.target_id IN (SELECT id FROM waiting) THEN 'pending'
  ELSE 'active' END`;

const found = `
  SELECT ${columns}, (SELECT name FROM workspaces WHERE id = r.workspace_id) AS workspace,
    ${statusOf} AS status, ${pipelineOf} AS pipelineId
  FROM resources r`;

export class ResourcesRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(resource: StoredResource): void {
    this.#connection.run(
      `INSERT INTO resources (id, workspace_id, environment, type, name, target_id, dataset_key, version, tags,
         description, spec, spec_of, created_at, updated_at)
       VALUES (@id, @workspaceId, @environment, @type, @name, @targetId, @datasetKey, @version, @tags, @description,
         @spec, @specOf, @createdAt, @updatedAt)`,
      {
        ...editable(resource),
        workspaceId: resource.workspaceId,
        environment: resource.environment,
        type: resource.type,
        createdAt: resource.createdAt,
      },
    );
  }

  update(resource: StoredResource): void {
    this.#connection.run(
      `UPDATE resources SET name = @name, target_id = @targetId, dataset_key = @datasetKey, version = @version,
         tags = @tags, description = @description, spec = @spec, spec_of = @specOf, updated_at = @updatedAt
       WHERE id = @id`,
      editable(resource),
    );
  }

  /** In order of name. */
  list(filter: ResourceFilter, page: { limit: number; offset: number }): FoundResource[] {
    const { where, values } = conditionsOf(filter);
    return this.#connection
      .all<Row>(
        `${waiting} SELECT * FROM (${found} WHERE r.removed_at IS NULL) r ${where}
         ORDER BY name, type, id LIMIT @limit OFFSET @offset`,
        { ...values, ...page },
      )
      .map(toFound);
  }

  count(filter: ResourceFilter): number {
    const { where, values } = conditionsOf(filter);
    const row = this.#connection.get<{ n: number }>(
      `${waiting} SELECT count(*) AS n FROM (${found} WHERE r.removed_at IS NULL) r ${where}`,
      values,
    );
    return row?.n ?? 0;
  }

  /** Those of that name that an environment sees, of every workspace. */
  named(type: ResourceType, name: string, environment: Environment): FoundResource[] {
    return this.#connection
      .all<Row>(
        `${waiting} ${found} WHERE r.removed_at IS NULL AND r.type = @type AND r.name = @name
           AND (r.environment IS NULL OR r.environment = @environment) ORDER BY r.id`,
        { type, name, environment },
      )
      .map(toFound);
  }

  /** Removed ones as well. */
  byTarget(type: ResourceType, targetId: string): StoredResource | undefined {
    const row = this.#connection.get<Row>(
      `SELECT ${columns} FROM resources r WHERE r.type = @type AND r.target_id = @targetId`,
      { type, targetId },
    );
    return row && toStored(row);
  }

  /** Those of a workspace that are nothing else but rows, or refer to one another. */
  ofType(type: ResourceType, workspaceId: string): StoredResource[] {
    return this.#connection
      .all<Row>(
        `SELECT ${columns} FROM resources r
         WHERE r.type = @type AND r.workspace_id = @workspaceId AND r.removed_at IS NULL`,
        { type, workspaceId },
      )
      .map(toStored);
  }

  /** Whether a name is taken for a resource of that place: what both environments see is in the way of either. */
  taken(place: Pick<StoredResource, 'workspaceId' | 'environment' | 'type' | 'name'>, except = ''): boolean {
    const row = this.#connection.get(
      `SELECT 1 FROM resources WHERE workspace_id = @workspaceId AND type = @type AND name = @name
         AND removed_at IS NULL AND id <> @except
         AND (environment IS NULL OR @environment IS NULL OR environment = @environment)`,
      {
        workspaceId: place.workspaceId,
        type: place.type,
        name: place.name,
        environment: place.environment,
        except,
      },
    );
    return row !== undefined;
  }

  /** The announced dataset that a new dataset is. */
  announced(workspaceId: string, environment: Environment, datasetKey: string): StoredResource | undefined {
    const row = this.#connection.get<Row>(
      `SELECT ${columns} FROM resources r WHERE r.type = 'dataset' AND r.workspace_id = @workspaceId
         AND r.environment = @environment AND r.dataset_key = @datasetKey AND r.target_id IS NULL
         AND r.removed_at IS NULL`,
      { workspaceId, environment, datasetKey },
    );
    return row && toStored(row);
  }

  remove(id: string, at: string): void {
    this.#connection.run('UPDATE resources SET removed_at = @at WHERE id = @id', { id, at });
  }

  restore(id: string, name: string): void {
    this.#connection.run('UPDATE resources SET removed_at = NULL, name = @name WHERE id = @id', { id, name });
  }

  /** Only a pipeline can come back: the rows of other removed things are nobody's. */
  forgetRemoved(): void {
    this.#connection.run("DELETE FROM resources WHERE removed_at IS NOT NULL AND type <> 'workflow'");
  }

  ids(type: ResourceType): ReadonlySet<string> {
    const rows = this.#connection.all<{ id: string }>(
      'SELECT id FROM resources WHERE type = @type AND removed_at IS NULL',
      { type },
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** What has no row yet: things that were made before there were resources. Oldest first. */
  unnamed(): { type: ResourceType; targetId: string }[] {
    return this.#connection.all(
      `SELECT 'workflow' AS type, id AS targetId FROM pipelines WHERE removed_at IS NULL
         AND id NOT IN (SELECT target_id FROM resources WHERE type = 'workflow')
       UNION ALL SELECT 'service', t.id FROM triggers t
         JOIN pipelines p ON p.id = t.pipeline_id AND p.removed_at IS NULL WHERE t.origin = 'own'
         AND t.id NOT IN (SELECT target_id FROM resources WHERE type = 'service')
       UNION ALL SELECT 'depot', id FROM sources
         WHERE id NOT IN (SELECT target_id FROM resources WHERE type = 'depot')
       UNION ALL SELECT 'dataset', id FROM datasets
         WHERE id NOT IN (SELECT target_id FROM resources WHERE type = 'dataset' AND target_id IS NOT NULL)
       ORDER BY 1, 2`,
    );
  }
}

function conditionsOf(filter: ResourceFilter) {
  const conditions = new Conditions();
  conditions.add('environment', filter.environment, 'environment IS NULL OR environment = @environment');
  conditions.addAny('types', filter.types, 'type');
  conditions.add('workspaceId', filter.workspaceId, 'workspaceId = @workspaceId');
  conditions.add('name', filter.name, 'name = @name');
  conditions.add('tag', filter.tag, '@tag IN (SELECT value FROM json_each(tags))');
  conditions.add('status', filter.status, 'status = @status');
  if (filter.pipelineIds !== null) {
    const list = JSON.stringify(filter.pipelineIds);
    conditions.add('pipelineIds', list, 'pipelineId IN (SELECT value FROM json_each(@pipelineIds))');
  }
  return conditions;
}

function editable(resource: StoredResource) {
  const { id, name, targetId, datasetKey, version, description, specOf, updatedAt } = resource;
  const spec = resource.spec === null ? null : JSON.stringify(resource.spec);
  const tags = JSON.stringify(resource.tags);
  return { id, name, targetId, datasetKey, version, description, specOf, updatedAt, spec, tags };
}

function toStored<Found extends Row>({ tags, spec, ...row }: Found) {
  return {
    ...row,
    tags: JSON.parse(tags) as string[],
    spec: spec === null ? null : (JSON.parse(spec) as Record<string, unknown>),
  };
}

const toFound = (row: Row): FoundResource => toStored(row);
