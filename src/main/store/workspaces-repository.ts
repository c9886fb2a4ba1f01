import { assert } from '../../shared/kernel/assert.ts';
import type { Connection } from './connection.ts';

export interface StoredWorkspace {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: string;
}

/** What a workspace holds, by kind; removed pipelines do not count. */
export interface WorkspaceContent {
  readonly pipelines: number;
  readonly datasets: number;
  readonly sources: number;
  /** Secrets, and datasets that are only announced. */
  readonly others: number;
}

const select = 'SELECT id, name, description, created_at AS createdAt FROM workspaces';

/** Workspaces by name. A removed one keeps its row, and its name leads to the same row when it is made again. */
export class WorkspacesRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The id of the workspace that exists from the start and owns everything until others are made. */
  publicId(): string {
    const row = this.#connection.get<{ id: string }>("SELECT id FROM workspaces WHERE name = 'public'");
    assert(row, 'the workspace "public" is gone');
    return row.id;
  }

  /** In order of name. */
  list(): StoredWorkspace[] {
    return this.#connection.all<StoredWorkspace>(`${select} WHERE removed_at IS NULL ORDER BY name`);
  }

  find(name: string): StoredWorkspace | undefined {
    return this.#connection.get<StoredWorkspace>(`${select} WHERE name = @name AND removed_at IS NULL`, {
      name,
    });
  }

  nameOf(id: string): string | undefined {
    return this.#connection.get<{ name: string }>('SELECT name FROM workspaces WHERE id = @id', { id })?.name;
  }

  /** A new row, or the removed one of that name as if it were new. */
  insert(workspace: StoredWorkspace): void {
    this.#connection.run(
      `INSERT INTO workspaces (id, name, description, created_at) VALUES (@id, @name, @description, @createdAt)
       ON CONFLICT (name) DO UPDATE SET description = excluded.description, created_at = excluded.created_at,
         removed_at = NULL`,
      { ...workspace },
    );
  }

  remove(id: string, at: string): void {
    this.#connection.run('UPDATE workspaces SET removed_at = @at WHERE id = @id', { id, at });
  }

  /** A pipeline came back to it. */
  revive(id: string): void {
    this.#connection.run(
      'UPDATE workspaces SET removed_at = NULL WHERE id = @id AND removed_at IS NOT NULL',
      {
        id,
      },
    );
  }

  content(id: string): WorkspaceContent {
    const row = this.#connection.get<WorkspaceContent>(
      `SELECT (SELECT count(*) FROM pipelines WHERE workspace_id = @id AND removed_at IS NULL) AS pipelines,
         (SELECT count(*) FROM datasets WHERE workspace_id = @id) AS datasets,
         (SELECT count(*) FROM sources WHERE workspace_id = @id) AS sources,
         (SELECT count(*) FROM resources WHERE workspace_id = @id AND removed_at IS NULL AND target_id IS NULL) AS others`,
      { id },
    );
    return row ?? { pipelines: 0, datasets: 0, sources: 0, others: 0 };
  }
}
