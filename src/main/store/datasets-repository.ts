import type { DatasetSummary, Environment } from '../../shared/contract/domain.ts';
import { type Connection, fold } from './connection.ts';

export interface NewDataset {
  readonly id: string;
  readonly workspaceId: string;
  readonly environment: Environment;
  readonly name: string;
  readonly versionId: string;
  readonly at: string;
}

/** A dataset with its current version's file, relative to the home's datasets folder. */
export type StoredDataset = DatasetSummary & { readonly path: string; readonly workspaceId: string };

/** What a list is narrowed to; what is left out is not asked for. */
export interface DatasetFilter {
  readonly search?: string | undefined;
  readonly environment?: Environment | undefined;
  readonly workspaceId?: string | undefined;
}

type DatasetRow = Omit<StoredDataset, 'pinned'> & { pinned: 0 | 1 };

const select = `
  SELECT d.id, d.name, d.environment, d.workspace_id AS workspaceId,
    (SELECT name FROM workspaces WHERE id = d.workspace_id) AS workspace, d.version_id AS versionId,
    (SELECT count(*) FROM dataset_versions WHERE dataset_id = d.id) AS versionCount,
    v.rows, v.bytes, json_array_length(v.columns) AS columnCount, v.path, d.created_at AS createdAt, d.updated_at AS updatedAt,
    d.pinned_at IS NOT NULL AS pinned
  FROM datasets d JOIN dataset_versions v ON v.id = d.version_id`;

/** Datasets by their current version. A name is unique in its workspace and environment, whatever its letter case. */
export class DatasetsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** In order of name. */
  list({ search = '', environment, workspaceId }: DatasetFilter = {}): StoredDataset[] {
    return this.#connection
      .all<DatasetRow>(
        `${select} WHERE (@search = '' OR instr(d.name_key, @search) > 0)
           AND (@environment IS NULL OR d.environment = @environment)
           AND (@workspaceId IS NULL OR d.workspace_id = @workspaceId)
         ORDER BY d.name_key, d.id`,
        {
          search: fold(search.trim()),
          environment: environment ?? null,
          workspaceId: workspaceId ?? null,
        },
      )
      .map(toDataset);
  }

  find(id: string): StoredDataset | undefined {
    const row = this.#connection.get<DatasetRow>(`${select} WHERE d.id = @id`, { id });
    return row && toDataset(row);
  }

  findByName(name: string, environment: Environment, workspaceId: string): StoredDataset | undefined {
    const row = this.#connection.get<DatasetRow>(
      `${select} WHERE d.workspace_id = @workspaceId AND d.environment = @environment AND d.name_key = @key`,
      { workspaceId, environment, key: fold(name.trim()) },
    );
    return row && toDataset(row);
  }

  /** Just which dataset has a name, at what version: without counting its versions, as every run asks it. */
  headByName(
    name: string,
    environment: Environment,
    workspaceId: string,
  ): { id: string; versionId: string } | undefined {
    return this.#connection.get<{ id: string; versionId: string }>(
      `SELECT id, version_id AS versionId FROM datasets
       WHERE workspace_id = @workspaceId AND environment = @environment AND name_key = @key`,
      { workspaceId, environment, key: fold(name.trim()) },
    );
  }

  insert(dataset: NewDataset): void {
    this.#connection.run(
      `INSERT INTO datasets
         (id, workspace_id, environment, name, name_key, version_id, version_number, created_at, updated_at)
       VALUES (@id, @workspaceId, @environment, @name, @key, @versionId, 1, @at, @at)`,
      { ...dataset, key: fold(dataset.name) },
    );
  }

  /** Makes a version the current one; answers its number. Numbers are never used again. */
  advance(id: string, versionId: string, at: string): number {
    const row = this.#connection.get<{ number: number }>(
      `UPDATE datasets SET version_id = @versionId, version_number = version_number + 1, updated_at = @at
       WHERE id = @id RETURNING version_number AS number`,
      { id, versionId, at },
    );
    return row?.number ?? 1;
  }

  rename(id: string, name: string, at: string): void {
    this.#connection.run(
      'UPDATE datasets SET name = @name, name_key = @key, updated_at = @at WHERE id = @id',
      {
        id,
        name,
        key: fold(name),
        at,
      },
    );
  }

  remove(id: string): boolean {
    return this.#connection.run('DELETE FROM datasets WHERE id = @id', { id }).changes > 0;
  }
}

function toDataset({ pinned, ...row }: DatasetRow): StoredDataset {
  return { ...row, pinned: pinned === 1 };
}
