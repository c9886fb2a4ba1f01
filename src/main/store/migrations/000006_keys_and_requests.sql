-- Keys: the pipelines and folders they are limited to, one earlier text that still works, and the key that made them.

-- JSON: the only pipelines it reaches; null is all of its environment.
ALTER TABLE keys ADD COLUMN pipeline_ids TEXT;
-- JSON: absolute folders that its runs may use beside those of all.
ALTER TABLE keys ADD COLUMN folders TEXT NOT NULL DEFAULT '[]';
-- After a rotation: the hash of the earlier text, and until when it works.
ALTER TABLE keys ADD COLUMN previous_sha256 BLOB;
ALTER TABLE keys ADD COLUMN previous_until TEXT;
-- The key that made this one; it ends with it.
ALTER TABLE keys ADD COLUMN minted_by TEXT REFERENCES keys (id);

CREATE INDEX keys_by_maker ON keys (minted_by) WHERE minted_by IS NOT NULL;

-- Requests by key and door, counted: by the minute for two days, by the hour for longer.
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

CREATE INDEX key_use_by_age ON key_use (seconds, at);

-- How far each limit is used up: the time (Unix milliseconds) when all of it is free again, noted some requests ahead.
CREATE TABLE rate_states (
  key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
  door TEXT NOT NULL,
  rule TEXT NOT NULL,
  free_at INTEGER NOT NULL,
  PRIMARY KEY (key_id, door, rule)
) STRICT, WITHOUT ROWID;

-- The last requests that came in by doors. No bodies, no headers, no secrets.
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

CREATE INDEX requests_by_id ON requests (id);

-- The queued runs of a key, which end with it.
CREATE INDEX runs_queued_of_key ON runs (key_id) WHERE status = 'queued' AND key_id IS NOT NULL;
