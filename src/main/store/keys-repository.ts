import type { KeySummary } from '../../shared/contract/domain.ts';
import type { Connection } from './connection.ts';

export interface NewKey extends KeySummary {
  readonly workspaceId: string;
  /** The part of the key that finds its row. */
  readonly lookup: string;
  readonly secretSha256: Buffer;
}

export type StoredKey = KeySummary & { readonly secretSha256: Buffer };

type KeyRow = Omit<StoredKey, 'scopes' | 'prefix'> & { lookup: string; scopes: string };

const select = `
  SELECT id, lookup, secret_sha256 AS secretSha256, name, environment, scopes, plan, created_at AS createdAt,
    expires_at AS expiresAt, last_used_at AS lastUsedAt, revoked_at AS revokedAt
  FROM keys`;

export class KeysRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(key: NewKey): void {
    this.#connection.run(
      `INSERT INTO keys
         (id, workspace_id, lookup, secret_sha256, name, environment, scopes, plan, created_at, expires_at)
       VALUES (@id, @workspaceId, @lookup, @secretSha256, @name, @environment, @scopes, @plan, @createdAt, @expiresAt)`,
      {
        id: key.id,
        workspaceId: key.workspaceId,
        lookup: key.lookup,
        secretSha256: key.secretSha256,
        name: key.name,
        environment: key.environment,
        scopes: JSON.stringify(key.scopes),
        plan: key.plan,
        createdAt: key.createdAt,
        expiresAt: key.expiresAt,
      },
    );
  }

  /** Newest first, revoked ones included. */
  list(): StoredKey[] {
    return this.#connection.all<KeyRow>(`${select} ORDER BY created_at DESC, id DESC`).map(toKey);
  }

  find(id: string): StoredKey | undefined {
    const row = this.#connection.get<KeyRow>(`${select} WHERE id = @id`, { id });
    return row && toKey(row);
  }

  findByLookup(lookup: string): StoredKey | undefined {
    const row = this.#connection.get<KeyRow>(`${select} WHERE lookup = @lookup`, { lookup });
    return row && toKey(row);
  }

  revoke(id: string, at: string): boolean {
    const sql = 'UPDATE keys SET revoked_at = @at WHERE id = @id AND revoked_at IS NULL';
    return this.#connection.run(sql, { id, at }).changes > 0;
  }

  setLastUsed(id: string, at: string): void {
    this.#connection.run('UPDATE keys SET last_used_at = @at WHERE id = @id', { id, at });
  }
}

function toKey({ lookup, scopes, ...row }: KeyRow): StoredKey {
  return { ...row, prefix: `${keyHead(row.environment)}${lookup}`, scopes: JSON.parse(scopes) as string[] };
}

/** How the keys of an environment begin. */
export function keyHead(environment: KeySummary['environment']): string {
  return environment === 'live' ? 'slc_live_' : 'slc_test_';
}
