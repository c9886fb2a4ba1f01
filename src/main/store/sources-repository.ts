import type { Environment } from '../../shared/contract/domain.ts';
import type { SourceConfig, SourceSummary } from '../../shared/contract/sources.ts';
import { type Connection, fold } from './connection.ts';

/** Whose a source is: an environment (null is for all), and the id of a workspace. */
export interface SourcePlace {
  readonly environment: Environment | null;
  readonly workspaceId: string;
}

export interface StoredSource extends SourcePlace {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly config: SourceConfig;
  readonly secretNames: readonly string[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** With what is told of it beyond what was stored with it. */
export type FoundSource = StoredSource & Pick<SourceSummary, 'workspace' | 'lastTest'>;

/** What a list is narrowed to; what is left out is not asked for. */
export interface SourceFilter {
  readonly search?: string | undefined;
  /** Sources that this environment sees: its own, and those for all. */
  readonly environment?: Environment | undefined;
  readonly workspaceId?: string | undefined;
}

type SourceRow = Omit<FoundSource, 'config' | 'secretNames' | 'lastTest'> & {
  config: string;
  secretNames: string;
  lastTest: string | null;
};

const select = `
  SELECT s.id, s.workspace_id AS workspaceId, w.name AS workspace, s.environment, s.name, s.description, s.config,
    s.secret_names AS secretNames, s.last_test AS lastTest, s.created_by AS createdBy, s.created_at AS createdAt,
    s.updated_at AS updatedAt
  FROM sources s JOIN workspaces w ON w.id = s.workspace_id`;

export class SourcesRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(source: StoredSource): void {
    this.#connection.run(
      `INSERT INTO sources (id, workspace_id, environment, name, name_key, description, type, config, secret_names,
         created_by, created_at, updated_at)
       VALUES (@id, @workspaceId, @environment, @name, @key, @description, @type, @config, @secretNames, @createdBy,
         @createdAt, @updatedAt)`,
      {
        ...valuesOf(source),
        workspaceId: source.workspaceId,
        createdBy: source.createdBy,
        createdAt: source.createdAt,
      },
    );
  }

  /** What the last test said is forgotten where what it spoke of has changed. */
  update(source: StoredSource, { forgetTest }: { readonly forgetTest: boolean }): void {
    this.#connection.run(
      `UPDATE sources SET environment = @environment, name = @name, name_key = @key, description = @description,
         type = @type, config = @config, secret_names = @secretNames, updated_at = @updatedAt,
         last_test = CASE WHEN @forgetTest = 1 THEN NULL ELSE last_test END
       WHERE id = @id`,
      { ...valuesOf(source), forgetTest: Number(forgetTest) },
    );
  }

  /** False where it is gone. */
  recordTest(id: string, test: NonNullable<SourceSummary['lastTest']>): boolean {
    const sql = 'UPDATE sources SET last_test = @test WHERE id = @id';
    return this.#connection.run(sql, { id, test: JSON.stringify(test) }).changes > 0;
  }

  /** By name, then by age. */
  list({ search = '', environment, workspaceId }: SourceFilter = {}): FoundSource[] {
    return this.#connection
      .all<SourceRow>(
        `${select}
         WHERE (@search = '' OR instr(s.name_key, @search) > 0 OR instr(fold(s.description), @search) > 0)
           AND (@environment IS NULL OR s.environment IS NULL OR s.environment = @environment)
           AND (@workspaceId IS NULL OR s.workspace_id = @workspaceId)
         ORDER BY s.name_key, s.id`,
        {
          search: fold(search.trim()),
          environment: environment ?? null,
          workspaceId: workspaceId ?? null,
        },
      )
      .map(toSource);
  }

  find(id: string): FoundSource | undefined {
    const row = this.#connection.get<SourceRow>(`${select} WHERE s.id = @id`, { id });
    return row && toSource(row);
  }

  /** Exactly there. */
  findByName(name: string, { environment, workspaceId }: SourcePlace): FoundSource | undefined {
    const row = this.#connection.get<SourceRow>(
      `${select} WHERE s.workspace_id = @workspaceId AND s.name_key = @key AND s.environment IS @environment`,
      { workspaceId, environment, key: fold(name.trim()) },
    );
    return row && toSource(row);
  }

  /** Newest revisions of pipelines whose text holds this name: where it is to be looked for at all. */
  documentsNaming(
    name: string,
  ): { id: string; name: string; environment: Environment | null; workspaceId: string; document: string }[] {
    return this.#connection.all(
      `SELECT p.id, p.name, p.environment, p.workspace_id AS workspaceId, r.document
       FROM pipelines p JOIN pipeline_revisions r ON r.pipeline_id = p.id AND r.revision = p.revision
       WHERE p.removed_at IS NULL AND instr(fold(r.document), @key) > 0 ORDER BY fold(p.name), p.id`,
      { key: fold(JSON.stringify(name.trim()).slice(1, -1)) },
    );
  }

  remove(id: string): boolean {
    return this.#connection.run('DELETE FROM sources WHERE id = @id', { id }).changes > 0;
  }
}

/** What an insert and an update have in common. */
function valuesOf({ id, environment, name, description, config, secretNames, updatedAt }: StoredSource) {
  return {
    id,
    environment,
    name,
    key: fold(name),
    description,
    type: config.type,
    config: JSON.stringify(config),
    secretNames: JSON.stringify(secretNames),
    updatedAt,
  };
}

function toSource({ config, secretNames, lastTest, ...row }: SourceRow): FoundSource {
  return {
    ...row,
    config: JSON.parse(config) as SourceConfig,
    secretNames: JSON.parse(secretNames) as string[],
    lastTest: lastTest === null ? null : (JSON.parse(lastTest) as FoundSource['lastTest']),
  };
}
