-- Where events are sent. The secrets that sign them are not in the store.
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

-- Written in the transaction of the event. The body is kept, so that every attempt and every replay sends the same bytes.
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

CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, seq);
-- What the share of successes is counted from, past any backlog.
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (webhook_id, seq) WHERE status IN ('delivered', 'failed');
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_attempt_at) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (created_at);

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
