import { assert } from '../../shared/kernel/assert.ts';
import type { Connection } from './connection.ts';

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
}
