-- version 10
CREATE INDEX backfills_by_trigger ON backfills (trigger_id, created_at);

CREATE INDEX dataset_versions_by_age ON dataset_versions (created_at, id);

CREATE INDEX events_by_time ON events (time);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE INDEX idempotency_keys_by_run ON idempotency_keys (run_seq);

CREATE INDEX kept_outputs_by_use ON kept_outputs (used);

CREATE INDEX key_use_by_age ON key_use (seconds, at);

CREATE INDEX keys_by_maker ON keys (minted_by) WHERE minted_by IS NOT NULL;

CREATE INDEX notices_by_time ON notices (created_at);

CREATE INDEX notices_sent ON notices (channel, state, sent_at);

CREATE INDEX notices_waiting ON notices (channel) WHERE state = 'waiting';

CREATE INDEX oauth_apps_by_client ON oauth_apps (client_id);

CREATE INDEX oauth_grants_by_app ON oauth_grants (app_id);

CREATE INDEX oauth_tokens_by_expiry ON oauth_tokens (expires_at);

CREATE INDEX oauth_tokens_by_grant ON oauth_tokens (grant_id);

CREATE INDEX pipelines_by_name ON pipelines (name) WHERE removed_at IS NULL;

CREATE INDEX received_batches_by_run ON received_batches (run_seq);

CREATE INDEX received_batches_by_source ON received_batches (environment, source, seq);

CREATE INDEX requests_by_id ON requests (id);

CREATE UNIQUE INDEX resources_by_name ON resources (workspace_id, type, name, coalesce(environment, ''))
  WHERE removed_at IS NULL;

CREATE UNIQUE INDEX resources_by_target ON resources (type, target_id) WHERE target_id IS NOT NULL;

CREATE INDEX resources_in_order ON resources (name, type, id) WHERE removed_at IS NULL;

CREATE INDEX run_logs_by_run ON run_logs (run_seq);

CREATE INDEX run_logs_grave ON run_logs (run_seq) WHERE level >= 2;

CREATE INDEX runs_by_day ON runs (pipeline_id, queued_at, status);

CREATE INDEX runs_by_environment ON runs (environment);

CREATE INDEX runs_by_key ON runs (key_id) WHERE key_id IS NOT NULL;

CREATE INDEX runs_by_pipeline ON runs (pipeline_id);

CREATE INDEX runs_by_queued_at ON runs (queued_at);

CREATE INDEX runs_by_status ON runs (status);

CREATE INDEX runs_by_trigger ON runs (trigger_id) WHERE trigger_id IS NOT NULL;

CREATE INDEX runs_by_trigger_lane ON runs (trigger_id, lane, status) WHERE trigger_id IS NOT NULL;

CREATE INDEX runs_labelled ON runs (seq) WHERE labels <> '[]';

CREATE INDEX runs_pinned ON runs (seq) WHERE pinned_at IS NOT NULL;

CREATE INDEX runs_queue ON runs (priority DESC, lane, pipeline_id, seq, not_before) WHERE status = 'queued';

CREATE INDEX runs_queued_of_key ON runs (key_id) WHERE status = 'queued' AND key_id IS NOT NULL;

CREATE INDEX runs_queued_of_pipeline ON runs (pipeline_id) WHERE status = 'queued';

CREATE INDEX runs_running ON runs (pipeline_id, lane, priority) WHERE status = 'running';

CREATE INDEX runs_waiting ON runs (not_before) WHERE status = 'queued' AND not_before IS NOT NULL;

CREATE UNIQUE INDEX sources_by_name ON sources (workspace_id, name_key, coalesce(environment, ''));

CREATE INDEX trigger_fires_by_time ON trigger_fires (fired_at);

CREATE INDEX trigger_fires_by_trigger ON trigger_fires (trigger_id, id);

CREATE INDEX trigger_fires_of_backfill ON trigger_fires (backfill_id, id) WHERE backfill_id IS NOT NULL;

CREATE INDEX trigger_fires_waiting ON trigger_fires (trigger_id, id) WHERE outcome = 'waiting';

CREATE INDEX triggers_by_next_fire ON triggers (next_fire_at) WHERE next_fire_at IS NOT NULL AND paused_at IS NULL;

CREATE INDEX triggers_by_pipeline ON triggers (pipeline_id);

CREATE UNIQUE INDEX triggers_of_document ON triggers (pipeline_id) WHERE origin = 'document';

CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (created_at);

CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, seq);

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_attempt_at) WHERE status = 'pending';

CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (webhook_id, seq) WHERE status IN ('delivered', 'failed');

CREATE TABLE backfills (
  id TEXT PRIMARY KEY,
  trigger_id TEXT NOT NULL REFERENCES triggers (id) ON DELETE CASCADE,
  from_at TEXT NOT NULL,
  to_at TEXT NOT NULL,
  skip_done INTEGER NOT NULL,
  parallel INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'paused', 'stopped', 'done')),
  total INTEGER NOT NULL,
  -- Slots decided so far: a run was started, or the slot was passed over.
  done INTEGER NOT NULL DEFAULT 0,
  next_slot TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
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
  updated_at TEXT NOT NULL, pinned_at TEXT,
  UNIQUE (workspace_id, environment, name_key)
) STRICT;

CREATE TABLE doomed_files (
  path TEXT PRIMARY KEY,
  doomed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE doomed_logs (
  run_seq INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  time TEXT NOT NULL,
  environment TEXT,
  pipeline_id TEXT,
  resource_type TEXT,
  resource_id TEXT,
  data TEXT NOT NULL
) STRICT;

CREATE TABLE failing_pipelines (
  pipeline_id TEXT PRIMARY KEY,
  since TEXT NOT NULL
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
  used INTEGER NOT NULL, used_at TEXT,
  PRIMARY KEY (environment, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_use (
  key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
  -- 60 or 3600: what a row covers.
  seconds INTEGER NOT NULL,
  -- Start of the span, Unix seconds.
  at INTEGER NOT NULL,
  door TEXT NOT NULL,
  requests INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  limited INTEGER NOT NULL,
  PRIMARY KEY (key_id, seconds, at, door)
) STRICT, WITHOUT ROWID;

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
, pipeline_ids TEXT, folders TEXT NOT NULL DEFAULT '[]', previous_sha256 BLOB, previous_until TEXT, minted_by TEXT REFERENCES keys (id)) STRICT;

CREATE TABLE notices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL,
  event TEXT NOT NULL,
  event_seq INTEGER NOT NULL,
  pipeline_id TEXT,
  pipeline_name TEXT,
  run_id TEXT,
  reason TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  created_at TEXT NOT NULL,
  sent_at TEXT,
  tries INTEGER NOT NULL DEFAULT 0,
  next_at TEXT,
  error TEXT,
  UNIQUE (channel, event_seq)
) STRICT;

CREATE TABLE oauth_apps (
  id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  key_id TEXT NOT NULL UNIQUE REFERENCES keys (id),
  created_at TEXT NOT NULL,
  approved_at TEXT NOT NULL
) STRICT;

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

CREATE TABLE pipeline_revisions (
  pipeline_id TEXT NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  document TEXT NOT NULL,
  node_count INTEGER NOT NULL,
  author TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (pipeline_id, revision)
) STRICT;

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

CREATE TABLE rate_states (
  key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
  door TEXT NOT NULL,
  rule TEXT NOT NULL,
  free_at INTEGER NOT NULL,
  PRIMARY KEY (key_id, door, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE received_batches (
  -- Grows with every batch: the newest of a source has the highest.
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  environment TEXT NOT NULL CHECK (environment IN ('live', 'sandbox')),
  source TEXT NOT NULL,
  -- The run it was sent for. Once retention removed that run the batch goes too, unless it is its source's newest.
  run_seq INTEGER REFERENCES runs (seq) ON DELETE SET NULL,
  records INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  -- Of small batches, and of those that were sent with an Idempotency-Key: adding it up takes as long as receiving.
  sha256 TEXT,
  -- The JSON text of a small batch. A larger one is the file received/<environment>/<id>.json.
  content BLOB,
  received_at TEXT NOT NULL
) STRICT;

CREATE TABLE requests (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  time TEXT NOT NULL,
  door TEXT NOT NULL,
  method TEXT NOT NULL,
  target TEXT NOT NULL,
  status INTEGER NOT NULL,
  milliseconds REAL NOT NULL,
  -- No reference: the list must not hold a key back.
  key_id TEXT,
  bytes_in INTEGER NOT NULL,
  bytes_out INTEGER NOT NULL,
  content_type TEXT,
  error TEXT,
  message TEXT
) STRICT;

CREATE TABLE resources (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id),
  -- Null: seen from both.
  environment TEXT CHECK (environment IN ('live', 'sandbox')),
  type TEXT NOT NULL CHECK (type IN ('workflow', 'service', 'depot', 'dataset', 'secret')),
  name TEXT NOT NULL,
  -- The pipeline, trigger, source or dataset; null for a secret, and for a dataset that nothing was published to yet.
  target_id TEXT,
  -- Of a dataset that is only announced: the folded name it will have.
  dataset_key TEXT,
  version TEXT NOT NULL,
  -- JSON list of texts.
  tags TEXT NOT NULL,
  description TEXT NOT NULL,
  -- JSON, as it was sent; null where it is told from the thing itself.
  spec TEXT,
  -- What of the thing the spec stands for, e.g. a pipeline's revision; when that moved on, the thing is told instead.
  spec_of TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  -- A removed pipeline can come back, with its name.
  removed_at TEXT
) STRICT;

CREATE TABLE retention_sweeps (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL,
  cause TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'archive_failed', 'failed', 'stopped')),
  message TEXT,
  removed TEXT NOT NULL,
  archived_files INTEGER NOT NULL,
  archived_bytes INTEGER NOT NULL,
  freed_bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE run_attempts (
  run_seq INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
  started_at TEXT NOT NULL,
  finished_at TEXT,
  error TEXT,
  -- When the next attempt may start, where this one is followed by another.
  retry_at TEXT,
  PRIMARY KEY (run_seq, attempt),
  CHECK ((finished_at IS NOT NULL) = (status <> 'running'))
) STRICT, WITHOUT ROWID;

CREATE TABLE "run_logs" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_seq INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  time TEXT NOT NULL,
  level INTEGER NOT NULL,
  node_id TEXT,
  message TEXT NOT NULL,
  fields TEXT
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

CREATE TABLE "run_steps" (
  run_seq INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  node_id TEXT NOT NULL,
  status TEXT NOT NULL,
  rows INTEGER,
  rejected_rows INTEGER,
  bytes INTEGER,
  milliseconds REAL,
  percent INTEGER,
  -- Tries of this step within the attempt; more than one where its own retry policy was used.
  tries INTEGER NOT NULL DEFAULT 1,
  started_at TEXT,
  finished_at TEXT,
  reused_from_run TEXT,
  digest TEXT,
  error TEXT,
  PRIMARY KEY (run_seq, attempt, node_id)
) STRICT, WITHOUT ROWID;

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
  log_lines INTEGER NOT NULL DEFAULT 0, priority INTEGER NOT NULL DEFAULT 0, lane TEXT NOT NULL DEFAULT '', not_before TEXT, cancel_reason TEXT, origin_run TEXT, origin_verb TEXT CHECK (origin_verb IN ('again', 'retry', 'from')), from_node TEXT, labels TEXT NOT NULL DEFAULT '[]', note TEXT, pinned_at TEXT, trigger_id TEXT, chain INTEGER NOT NULL DEFAULT 0, log_removed_at TEXT, log_bytes INTEGER NOT NULL DEFAULT 0, late_at TEXT, derived TEXT,
  FOREIGN KEY (pipeline_id, revision) REFERENCES pipeline_revisions (pipeline_id, revision),
  CHECK ((finished_at IS NOT NULL) = (status IN ('succeeded', 'failed', 'cancelled')))
) STRICT;

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sources (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id),
  -- Null: for every environment.
  environment TEXT CHECK (environment IN ('live', 'sandbox')),
  name TEXT NOT NULL,
  -- The name folded: letter case never tells two sources apart, in any alphabet.
  name_key TEXT NOT NULL,
  description TEXT NOT NULL,
  type TEXT NOT NULL,
  -- JSON: how it is reached, without anything secret; which secrets there are.
  config TEXT NOT NULL,
  secret_names TEXT NOT NULL,
  -- JSON: what the last try to connect came to.
  last_test TEXT,
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE trigger_files (
  trigger_id TEXT NOT NULL REFERENCES triggers (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  modified_ms INTEGER NOT NULL,
  PRIMARY KEY (trigger_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE trigger_fires (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  trigger_id TEXT NOT NULL REFERENCES triggers (id) ON DELETE CASCADE,
  slot TEXT NOT NULL,
  backfill_id TEXT,
  due_at TEXT NOT NULL,
  fired_at TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('waiting', 'started', 'skipped', 'missed', 'failed')),
  reason TEXT,
  run_id TEXT,
  -- More than one where a row stands for a span of missed slots; null where they were too many to count.
  slots INTEGER DEFAULT 1,
  -- What a waiting fire needs to start later.
  occasion TEXT,
  UNIQUE (trigger_id, slot)
) STRICT;

CREATE TABLE triggers (
  id TEXT PRIMARY KEY,
  pipeline_id TEXT NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('cron', 'file', 'dataset', 'webhook', 'pipeline')),
  name TEXT NOT NULL,
  config TEXT NOT NULL,
  parameters TEXT NOT NULL,
  environment TEXT NOT NULL CHECK (environment IN ('live', 'sandbox')),
  -- `document`: the schedule that stands in the pipeline's document, and is edited there.
  origin TEXT NOT NULL CHECK (origin IN ('document', 'own')),
  paused_at TEXT,
  start_at TEXT,
  end_at TEXT,
  -- Every slot up to here has been decided; it only grows while the trigger is not paused.
  evaluated_to TEXT NOT NULL,
  next_fire_at TEXT,
  state TEXT NOT NULL DEFAULT '{}',
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE webhook_attempts (
  delivery_seq INTEGER NOT NULL REFERENCES webhook_deliveries (seq) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  time TEXT NOT NULL,
  milliseconds REAL NOT NULL,
  -- Null where nothing answered.
  status_code INTEGER,
  -- Null where the receiver took it.
  error TEXT,
  message TEXT,
  -- The first 4 KB of what was answered.
  answer TEXT,
  PRIMARY KEY (delivery_seq, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  -- What receivers tell duplicates apart by: the same for every attempt and replay.
  event_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('event', 'replay', 'test')),
  body TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed', 'dropped')),
  attempts INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL,
  -- Set exactly while it is pending.
  next_attempt_at TEXT,
  created_at TEXT NOT NULL,
  finished_at TEXT,
  replay_of TEXT,
  CHECK ((next_attempt_at IS NOT NULL) = (status = 'pending')),
  CHECK ((finished_at IS NULL) = (status = 'pending'))
) STRICT;

CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id),
  -- Null: events of both.
  environment TEXT CHECK (environment IN ('live', 'sandbox')),
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  -- How the body looks; each shape has its own event names.
  shape TEXT NOT NULL,
  -- JSON lists: names of events, `run.*` or `*`; pipelines (empty: all); resource types (empty: all).
  events TEXT NOT NULL,
  pipeline_ids TEXT NOT NULL,
  resource_types TEXT NOT NULL,
  -- The first try and its retries.
  max_attempts INTEGER NOT NULL CHECK (max_attempts BETWEEN 1 AND 10),
  -- 1 where the owner made it: then it may reach this machine and its local network.
  allow_private INTEGER NOT NULL CHECK (allow_private IN (0, 1)),
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  paused_at TEXT,
  paused_reason TEXT,
  paused_detail TEXT,
  -- Attempts that failed since the last one that did not.
  failures INTEGER NOT NULL DEFAULT 0,
  CHECK ((paused_at IS NULL) = (paused_reason IS NULL))
) STRICT;

CREATE TABLE workspaces (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL
, description TEXT NOT NULL DEFAULT '', removed_at TEXT) STRICT;

CREATE TRIGGER pipeline_revisions_never_change
BEFORE UPDATE ON pipeline_revisions
BEGIN
  SELECT RAISE (ABORT, 'a revision never changes');
END;

CREATE TRIGGER pipeline_revisions_stay
BEFORE DELETE ON pipeline_revisions
WHEN EXISTS (SELECT 1 FROM pipelines WHERE id = OLD.pipeline_id)
BEGIN
  SELECT RAISE (ABORT, 'a revision is never deleted alone');
END;

CREATE TRIGGER runs_doom_their_log
AFTER DELETE ON runs
WHEN OLD.log_lines > 0
BEGIN
  INSERT OR IGNORE INTO doomed_logs (run_seq) VALUES (OLD.seq);
END;

CREATE TRIGGER runs_end_once
BEFORE UPDATE OF status ON runs
WHEN OLD.status IN ('succeeded', 'failed', 'cancelled') AND NEW.status <> OLD.status
BEGIN
  SELECT RAISE (ABORT, 'a run ends once');
END;
