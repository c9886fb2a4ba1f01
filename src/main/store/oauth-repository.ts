import type { Connection } from './connection.ts';

export interface StoredOauthApp {
  readonly id: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly keyId: string;
  readonly createdAt: string;
  readonly approvedAt: string;
}

/** One approval with its code; what came of it hangs on it. */
export interface StoredGrant {
  readonly id: string;
  readonly appId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | null;
  readonly createdAt: string;
  readonly codeExpiresAt: string;
  readonly codeUsedAt: string | null;
  readonly revokedAt: string | null;
}

export interface NewOauthToken {
  readonly sha256: Buffer;
  readonly grantId: string;
  readonly kind: 'access' | 'refresh';
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** A token with what decides whether it is good. */
export interface StoredOauthToken extends NewOauthToken {
  readonly usedAt: string | null;
  readonly revokedAt: string | null;
  readonly appId: string;
  readonly clientId: string;
  readonly keyId: string;
}

type GrantRow = Omit<StoredGrant, 'scopes'> & { scopes: string };
type TokenRow = Omit<StoredOauthToken, 'scopes'> & { scopes: string };

const selectApp = `
  SELECT id, client_id AS clientId, redirect_uri AS redirectUri, key_id AS keyId, created_at AS createdAt,
    approved_at AS approvedAt
  FROM oauth_apps`;

const selectGrant = `
  SELECT id, app_id AS appId, redirect_uri AS redirectUri, scopes, challenge, created_at AS createdAt,
    code_expires_at AS codeExpiresAt, code_used_at AS codeUsedAt, revoked_at AS revokedAt
  FROM oauth_grants`;

/** Apps, their grants and the tokens of these; codes and tokens by their hashes only. */
export class OauthRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insertApp(app: StoredOauthApp): void {
    this.#connection.run(
      `INSERT INTO oauth_apps (id, client_id, redirect_uri, key_id, created_at, approved_at)
       VALUES (@id, @clientId, @redirectUri, @keyId, @createdAt, @approvedAt)`,
      { ...app },
    );
  }

  approvedAgain(id: string, redirectUri: string, at: string): void {
    this.#connection.run(
      'UPDATE oauth_apps SET redirect_uri = @redirectUri, approved_at = @at WHERE id = @id',
      {
        id,
        redirectUri,
        at,
      },
    );
  }

  /** Newest approval first. */
  apps(): StoredOauthApp[] {
    return this.#connection.all(`${selectApp} ORDER BY approved_at DESC, id DESC`);
  }

  app(id: string): StoredOauthApp | undefined {
    return this.#connection.get(`${selectApp} WHERE id = @id`, { id });
  }

  appsOf(clientId: string): StoredOauthApp[] {
    return this.#connection.all(`${selectApp} WHERE client_id = @clientId ORDER BY approved_at DESC`, {
      clientId,
    });
  }

  insertGrant(grant: StoredGrant, codeSha256: Buffer): void {
    this.#connection.run(
      `INSERT INTO oauth_grants
         (id, app_id, code_sha256, redirect_uri, scopes, challenge, created_at, code_expires_at)
       VALUES (@id, @appId, @codeSha256, @redirectUri, @scopes, @challenge, @createdAt, @codeExpiresAt)`,
      {
        id: grant.id,
        appId: grant.appId,
        codeSha256,
        redirectUri: grant.redirectUri,
        scopes: JSON.stringify(grant.scopes),
        challenge: grant.challenge,
        createdAt: grant.createdAt,
        codeExpiresAt: grant.codeExpiresAt,
      },
    );
  }

  grantOfCode(codeSha256: Buffer): StoredGrant | undefined {
    const row = this.#connection.get<GrantRow>(`${selectGrant} WHERE code_sha256 = @codeSha256`, {
      codeSha256,
    });
    return row && { ...row, scopes: JSON.parse(row.scopes) as string[] };
  }

  /** False when the code was used before, or its grant has ended. */
  spendCode(grantId: string, at: string): boolean {
    const sql = `UPDATE oauth_grants SET code_used_at = @at
      WHERE id = @grantId AND code_used_at IS NULL AND revoked_at IS NULL`;
    return this.#connection.run(sql, { grantId, at }).changes > 0;
  }

  /** Its tokens are worth nothing from then on. */
  revokeGrant(grantId: string, at: string): void {
    const sql = 'UPDATE oauth_grants SET revoked_at = @at WHERE id = @grantId AND revoked_at IS NULL';
    this.#connection.run(sql, { grantId, at });
  }

  insertToken(token: NewOauthToken): void {
    this.#connection.run(
      `INSERT INTO oauth_tokens (sha256, grant_id, kind, scopes, created_at, expires_at)
       VALUES (@sha256, @grantId, @kind, @scopes, @createdAt, @expiresAt)`,
      { ...token, scopes: JSON.stringify(token.scopes) },
    );
  }

  token(sha256: Buffer): StoredOauthToken | undefined {
    const row = this.#connection.get<TokenRow>(
      `SELECT t.sha256, t.grant_id AS grantId, t.kind, t.scopes, t.created_at AS createdAt, t.expires_at AS expiresAt,
         t.used_at AS usedAt, g.revoked_at AS revokedAt, a.id AS appId, a.client_id AS clientId, a.key_id AS keyId
       FROM oauth_tokens t JOIN oauth_grants g ON g.id = t.grant_id JOIN oauth_apps a ON a.id = g.app_id
       WHERE t.sha256 = @sha256`,
      { sha256 },
    );
    return row && { ...row, scopes: JSON.parse(row.scopes) as string[] };
  }

  /** False when it was used before. */
  spendToken(sha256: Buffer, at: string): boolean {
    const sql = 'UPDATE oauth_tokens SET used_at = @at WHERE sha256 = @sha256 AND used_at IS NULL';
    return this.#connection.run(sql, { sha256, at }).changes > 0;
  }

  /** Forgets tokens that ended before a time, and grants that nothing can come of any more. */
  forgetBefore(time: string): void {
    this.#connection.run('DELETE FROM oauth_tokens WHERE expires_at < @time', { time });
    this.#connection.run(
      `DELETE FROM oauth_grants WHERE code_expires_at < @time
         AND NOT EXISTS (SELECT 1 FROM oauth_tokens WHERE grant_id = oauth_grants.id)`,
      { time },
    );
  }
}
