-- Apps that the owner let in. Each has a key of its own, whose text nobody holds: rights, limits, use and runs hang on it.
CREATE TABLE oauth_apps (
  id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  key_id TEXT NOT NULL UNIQUE REFERENCES keys (id),
  created_at TEXT NOT NULL,
  approved_at TEXT NOT NULL
) STRICT;

CREATE INDEX oauth_apps_by_client ON oauth_apps (client_id);

-- One approval, and its code. A code that comes twice ends the grant with all tokens that came of it.
CREATE TABLE oauth_grants (
  id TEXT PRIMARY KEY,
  app_id TEXT NOT NULL REFERENCES oauth_apps (id) ON DELETE CASCADE,
  code_sha256 BLOB NOT NULL UNIQUE,
  redirect_uri TEXT NOT NULL,
  scopes TEXT NOT NULL,
  -- S256 of the app's secret; without it the code alone is enough.
  challenge TEXT,
  created_at TEXT NOT NULL,
  code_expires_at TEXT NOT NULL,
  code_used_at TEXT,
  revoked_at TEXT
) STRICT;

CREATE INDEX oauth_grants_by_app ON oauth_grants (app_id);

-- Hashes only: a stolen store opens nothing.
CREATE TABLE oauth_tokens (
  sha256 BLOB PRIMARY KEY,
  grant_id TEXT NOT NULL REFERENCES oauth_grants (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
  scopes TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  -- When a refresh token was given for new ones; it stays, so that its second use is noticed.
  used_at TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX oauth_tokens_by_grant ON oauth_tokens (grant_id);
CREATE INDEX oauth_tokens_by_expiry ON oauth_tokens (expires_at);

-- The document of a run that was given an input of its own, as JSON: its revision with another source. Null: the revision's.
ALTER TABLE runs ADD COLUMN derived TEXT;
