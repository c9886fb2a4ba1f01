import type { KeySummary } from '../../shared/contract/domain.ts';
import type { Connection } from './connection.ts';

export interface StoredKey extends KeySummary {
  readonly secretSha256: Buffer;
  /** Hash of the text before the last rotation; it counts until `previousUntil`. */
  readonly previousSha256: Buffer | null;
  /** The key that made this one. */
  readonly mintedBy: string | null;
}

export interface NewKey extends StoredKey {
  readonly workspaceId: string;
  /** The part of the key that finds its row. */
  readonly lookup: string;
}

export type KeySecrets = Pick<StoredKey, 'id' | 'environment' | 'secretSha256' | 'previousSha256'>;

/** What may change of a key; what is undefined stays. */
export type KeyChange = Partial<Pick<KeySummary, 'name' | 'scopes' | 'plan' | 'pipelineIds' | 'folders'>>;

type KeyRow = Omit<StoredKey, 'scopes' | 'prefix' | 'pipelineIds' | 'folders'> & {
  lookup: string;
  scopes: string;
  pipelineIds: string | null;
  folders: string;
};

const select = `
  SELECT id, lookup, secret_sha256 AS secretSha256, name, environment, scopes, plan, pipeline_ids AS pipelineIds,
    folders, created_at AS createdAt, expires_at AS expiresAt, last_used_at AS lastUsedAt, revoked_at AS revokedAt,
    previous_sha256 AS previousSha256, previous_until AS previousUntil, minted_by AS mintedBy
  FROM keys`;

export class KeysRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(key: NewKey): void {
    this.#connection.run(
      `INSERT INTO keys (id, workspace_id, lookup, secret_sha256, name, environment, scopes, plan, pipeline_ids, folders,
         created_at, expires_at, minted_by)
       VALUES (@id, @workspaceId, @lookup, @secretSha256, @name, @environment, @scopes, @plan, @pipelineIds, @folders,
         @createdAt, @expiresAt, @mintedBy)`,
      {
        id: key.id,
        workspaceId: key.workspaceId,
        lookup: key.lookup,
        secretSha256: key.secretSha256,
        name: key.name,
        environment: key.environment,
        scopes: JSON.stringify(key.scopes),
        plan: key.plan,
        pipelineIds: key.pipelineIds && JSON.stringify(key.pipelineIds),
        folders: JSON.stringify(key.folders),
        createdAt: key.createdAt,
        expiresAt: key.expiresAt,
        mintedBy: key.mintedBy,
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

  /** What tells whether a text is this key; no more is read before that is known. */
  secretsOf(lookup: string): KeySecrets | undefined {
    return this.#connection.get<KeySecrets>(
      `SELECT id, environment, secret_sha256 AS secretSha256, previous_sha256 AS previousSha256
       FROM keys WHERE lookup = @lookup`,
      { lookup },
    );
  }

  /** Keys that this one made, newest first, revoked ones included. */
  mintedBy(id: string): StoredKey[] {
    const sql = `${select} WHERE minted_by = @id ORDER BY created_at DESC, id DESC`;
    return this.#connection.all<KeyRow>(sql, { id }).map(toKey);
  }

  /** The key at the start of the line of makers that this one came of; itself where nobody made it. */
  rootOf(id: string): string {
    const row = this.#connection.get<{ id: string }>(
      `WITH RECURSIVE line (id, minted_by) AS (
         SELECT id, minted_by FROM keys WHERE id = @id
         UNION ALL SELECT k.id, k.minted_by FROM line l JOIN keys k ON k.id = l.minted_by)
       SELECT id FROM line WHERE minted_by IS NULL`,
      { id },
    );
    return row?.id ?? id;
  }

  update(id: string, change: KeyChange): void {
    const { name, scopes, plan, pipelineIds, folders } = change;
    this.#connection.run(
      `UPDATE keys SET name = coalesce(@name, name), scopes = coalesce(@scopes, scopes), plan = coalesce(@plan, plan),
         pipeline_ids = iif(@limits, @pipelineIds, pipeline_ids), folders = coalesce(@folders, folders)
       WHERE id = @id`,
      {
        id,
        name: name ?? null,
        scopes: scopes === undefined ? null : JSON.stringify(scopes),
        plan: plan ?? null,
        limits: pipelineIds === undefined ? 0 : 1,
        pipelineIds: pipelineIds ? JSON.stringify(pipelineIds) : null,
        folders: folders === undefined ? null : JSON.stringify(folders),
      },
    );
  }

  /** A new secret; the one before works until `previousUntil`, or ends now where that is null. */
  rotate(id: string, secretSha256: Buffer, previousUntil: string | null): void {
    this.#connection.run(
      `UPDATE keys SET previous_sha256 = iif(@previousUntil IS NULL, NULL, secret_sha256),
         previous_until = @previousUntil, secret_sha256 = @secretSha256
       WHERE id = @id`,
      { id, secretSha256, previousUntil },
    );
  }

  revoke(id: string, at: string): boolean {
    const sql = 'UPDATE keys SET revoked_at = @at WHERE id = @id AND revoked_at IS NULL';
    return this.#connection.run(sql, { id, at }).changes > 0;
  }

  setLastUsed(id: string, at: string): void {
    this.#connection.run('UPDATE keys SET last_used_at = @at WHERE id = @id', { id, at });
  }

  /** Queued runs of keys that were revoked, some at a time. */
  orphanedRuns(limit: number): string[] {
    return this.#connection
      .all<{ id: string }>(
        `SELECT r.id FROM keys k CROSS JOIN runs r INDEXED BY runs_queued_of_key
           ON r.key_id = k.id AND r.status = 'queued'
         WHERE k.revoked_at IS NOT NULL LIMIT @limit`,
        { limit },
      )
      .map(({ id }) => id);
  }
}

function toKey({ lookup, scopes, pipelineIds, folders, ...row }: KeyRow): StoredKey {
  return {
    ...row,
    prefix: `${keyHead(row.environment)}${lookup}`,
    scopes: JSON.parse(scopes) as string[],
    pipelineIds: pipelineIds === null ? null : (JSON.parse(pipelineIds) as string[]),
    folders: JSON.parse(folders) as string[],
  };
}

/** How the keys of an environment begin. */
export function keyHead(environment: KeySummary['environment']): string {
  return environment === 'live' ? 'slc_live_' : 'slc_test_';
}
