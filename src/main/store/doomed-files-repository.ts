import type { Connection } from './connection.ts';

/** Files whose rows are gone. They outlive a kill here until they are deleted on disk too. */
export class DoomedFilesRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  add(path: string, at: string): void {
    this.#connection.run('INSERT OR REPLACE INTO doomed_files (path, doomed_at) VALUES (@path, @at)', {
      path,
      at,
    });
  }

  all(): string[] {
    return this.#connection
      .all<{ path: string }>('SELECT path FROM doomed_files ORDER BY path')
      .map((row) => row.path);
  }

  forget(path: string): void {
    this.#connection.run('DELETE FROM doomed_files WHERE path = @path', { path });
  }
}
