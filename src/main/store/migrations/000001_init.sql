-- Times are UTC ISO 8601 text with milliseconds and Z; JSON is text; ids are UUIDv7 text.

CREATE TABLE workspaces (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL
) STRICT;

INSERT INTO workspaces (id, name, created_at)
VALUES ('00000000-0000-7000-8000-000000000001', 'public', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));

-- Name, description and node count repeat the newest revision, so that a list never opens documents.
CREATE TABLE pipelines (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id),
  environment TEXT CHECK (environment IN ('live', 'sandbox')),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  node_count INTEGER NOT NULL,
  sample TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;

CREATE INDEX pipelines_by_name ON pipelines (name) WHERE removed_at IS NULL;

CREATE TABLE pipeline_revisions (
  pipeline_id TEXT NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  document TEXT NOT NULL,
  node_count INTEGER NOT NULL,
  author TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (pipeline_id, revision)
) STRICT;

CREATE TRIGGER pipeline_revisions_never_change
BEFORE UPDATE ON pipeline_revisions
BEGIN
  SELECT RAISE (ABORT, 'a revision never changes');
END;

-- While a pipeline's deletion cascades, its row is already gone: only then may its revisions go.
CREATE TRIGGER pipeline_revisions_stay
BEFORE DELETE ON pipeline_revisions
WHEN EXISTS (SELECT 1 FROM pipelines WHERE id = OLD.pipeline_id)
BEGIN
  SELECT RAISE (ABORT, 'a revision is never deleted alone');
END;

CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id),
  lookup TEXT NOT NULL UNIQUE,
  secret_sha256 BLOB NOT NULL,
  name TEXT NOT NULL,
  environment TEXT NOT NULL CHECK (environment IN ('live', 'sandbox')),
  scopes TEXT NOT NULL,
  plan TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  last_used_at TEXT,
  revoked_at TEXT
) STRICT;

-- seq orders runs by acceptance, whatever the clock did; every index below ends in it without saying so.
CREATE TABLE runs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  pipeline_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  environment TEXT NOT NULL CHECK (environment IN ('live', 'sandbox')),
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  mode TEXT NOT NULL CHECK (mode IN ('fast', 'inspect')),
  "trigger" TEXT NOT NULL,
  cause TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  percent INTEGER NOT NULL DEFAULT 0,
  parameters TEXT NOT NULL,
  up_to TEXT,
  key_id TEXT REFERENCES keys (id),
  queued_at TEXT NOT NULL,
  started_at TEXT,
  finished_at TEXT,
  cancel_requested_at TEXT,
  rows_read INTEGER,
  rows_written INTEGER,
  error TEXT,
  -- Lines of the log, kept here because counting a million of them takes too long for every page.
  log_lines INTEGER NOT NULL DEFAULT 0,
  FOREIGN KEY (pipeline_id, revision) REFERENCES pipeline_revisions (pipeline_id, revision),
  CHECK ((finished_at IS NOT NULL) = (status IN ('succeeded', 'failed', 'cancelled')))
) STRICT;

CREATE INDEX runs_by_pipeline ON runs (pipeline_id);
CREATE INDEX runs_by_status ON runs (status);
CREATE INDEX runs_by_queued_at ON runs (queued_at);
CREATE INDEX runs_by_environment ON runs (environment);
CREATE INDEX runs_by_key ON runs (key_id) WHERE key_id IS NOT NULL;
-- What claiming walks, oldest first, without touching the table.
CREATE INDEX runs_queue ON runs (seq, pipeline_id) WHERE status = 'queued';

CREATE TRIGGER runs_end_once
BEFORE UPDATE OF status ON runs
WHEN OLD.status IN ('succeeded', 'failed', 'cancelled') AND NEW.status <> OLD.status
BEGIN
  SELECT RAISE (ABORT, 'a run ends once');
END;

CREATE TABLE run_steps (
  run_seq INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
  node_id TEXT NOT NULL,
  status TEXT NOT NULL,
  rows INTEGER,
  rejected_rows INTEGER,
  bytes INTEGER,
  milliseconds REAL,
  percent INTEGER,
  started_at TEXT,
  finished_at TEXT,
  reused_from_run TEXT,
  digest TEXT,
  error TEXT,
  PRIMARY KEY (run_seq, node_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_logs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_seq INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  time TEXT NOT NULL,
  level INTEGER NOT NULL,
  node_id TEXT,
  message TEXT NOT NULL,
  fields TEXT
) STRICT;

CREATE INDEX run_logs_by_run ON run_logs (run_seq);

CREATE TABLE datasets (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id),
  environment TEXT NOT NULL CHECK (environment IN ('live', 'sandbox')),
  name TEXT NOT NULL,
  -- The name folded: letter case never tells two datasets apart, in any alphabet.
  name_key TEXT NOT NULL,
  version_id TEXT NOT NULL,
  version_number INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (workspace_id, environment, name_key)
) STRICT;

CREATE TABLE dataset_versions (
  id TEXT PRIMARY KEY,
  dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  run_seq INTEGER REFERENCES runs (seq) ON DELETE SET NULL,
  node_id TEXT NOT NULL,
  -- The fence: which attempt of the run published it.
  attempt INTEGER NOT NULL,
  -- Below the home's datasets folder, with / between segments.
  path TEXT NOT NULL UNIQUE,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT,
  columns TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (dataset_id, number),
  UNIQUE (run_seq, node_id)
) STRICT;

CREATE TABLE run_outputs (
  run_seq INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
  node_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('dataset', 'file')),
  name TEXT NOT NULL,
  dataset_id TEXT,
  version_id TEXT,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (run_seq, node_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_outputs (
  environment TEXT NOT NULL CHECK (environment IN ('live', 'sandbox')),
  digest TEXT NOT NULL,
  pipeline_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  node_id TEXT NOT NULL,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  columns TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- Grows with every use; a number, so that least recently used is exact within one millisecond.
  used INTEGER NOT NULL,
  PRIMARY KEY (environment, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX kept_outputs_by_use ON kept_outputs (used);

-- Files whose rows are gone and which are to be deleted; written in the transaction that removes the rows.
CREATE TABLE doomed_files (
  path TEXT PRIMARY KEY,
  doomed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE file_grants (
  id TEXT PRIMARY KEY,
  pipeline_id TEXT NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (pipeline_id, path)
) STRICT;

CREATE TABLE idempotency_keys (
  -- The API key's id, or the name of the head that asked.
  owner TEXT NOT NULL,
  key TEXT NOT NULL,
  request_digest TEXT NOT NULL,
  run_seq INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
  created_at TEXT NOT NULL,
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
CREATE INDEX idempotency_keys_by_run ON idempotency_keys (run_seq);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
