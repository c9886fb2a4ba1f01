import type { Connection } from './connection.ts';

/** Files and folders outside the files folder that the owner opened to one pipeline. */
export class FileGrantsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  add(grant: { id: string; pipelineId: string; path: string; at: string }): void {
    this.#connection.run(
      `INSERT OR IGNORE INTO file_grants (id, pipeline_id, path, created_at) VALUES (@id, @pipelineId, @path, @at)`,
      grant,
    );
  }

  paths(pipelineId: string): string[] {
    return this.#connection
      .all<{ path: string }>('SELECT path FROM file_grants WHERE pipeline_id = @pipelineId ORDER BY path', {
        pipelineId,
      })
      .map((row) => row.path);
  }

  /** A duplicate may read what its original may. */
  copy(fromPipelineId: string, toPipelineId: string, newId: () => string, at: string): void {
    for (const path of this.paths(fromPipelineId))
      this.add({ id: newId(), pipelineId: toPipelineId, path, at });
  }
}
