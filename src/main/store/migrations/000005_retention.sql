-- What may go, what must stay, and what is known of it.

-- All versions of a pinned dataset stay.
ALTER TABLE datasets ADD COLUMN pinned_at TEXT;

-- A run may stay while its log goes; then this says when.
ALTER TABLE runs ADD COLUMN log_removed_at TEXT;
-- Bytes of the log's text, kept here because adding up a million lines takes too long.
ALTER TABLE runs ADD COLUMN log_bytes INTEGER NOT NULL DEFAULT 0;
-- When the run was found to be late; it is told once.
ALTER TABLE runs ADD COLUMN late_at TEXT;

UPDATE runs SET log_bytes = (
  SELECT coalesce(sum(length(message) + coalesce(length(fields), 0)), 0) FROM run_logs WHERE run_seq = runs.seq
) WHERE log_lines > 0;

-- The log no longer hangs on its run: deleting a run with a million lines would otherwise be one transaction of
-- seconds. The trigger below notes its lines as to be deleted, and they go in small steps. A run's number is never
-- used again, so lines that are still there belong to nobody else.
CREATE TABLE run_logs_apart (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_seq INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  time TEXT NOT NULL,
  level INTEGER NOT NULL,
  node_id TEXT,
  message TEXT NOT NULL,
  fields TEXT
) STRICT;

INSERT INTO run_logs_apart (id, run_seq, attempt, time, level, node_id, message, fields)
SELECT id, run_seq, attempt, time, level, node_id, message, fields FROM run_logs ORDER BY id;

-- Ids of lines are never used again either.
DELETE FROM sqlite_sequence WHERE name = 'run_logs_apart';
INSERT INTO sqlite_sequence (name, seq) SELECT 'run_logs_apart', seq FROM sqlite_sequence WHERE name = 'run_logs';

DROP TABLE run_logs;
ALTER TABLE run_logs_apart RENAME TO run_logs;
CREATE INDEX run_logs_by_run ON run_logs (run_seq);
-- Warnings and errors are few: found at once among a million lines, and next to nothing to keep.
CREATE INDEX run_logs_grave ON run_logs (run_seq) WHERE level >= 2;

-- Runs whose lines are to be deleted.
CREATE TABLE doomed_logs (
  run_seq INTEGER PRIMARY KEY
) STRICT;

CREATE TRIGGER runs_doom_their_log
AFTER DELETE ON runs
WHEN OLD.log_lines > 0
BEGIN
  INSERT OR IGNORE INTO doomed_logs (run_seq) VALUES (OLD.seq);
END;

-- The counter of uses tells the order; this tells the age.
ALTER TABLE kept_outputs ADD COLUMN used_at TEXT;
UPDATE kept_outputs SET used_at = created_at;

CREATE INDEX dataset_versions_by_age ON dataset_versions (created_at, id);

-- What each clean-up removed, and why one failed.
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

-- Pipelines whose last run failed: the next success is a recovery.
CREATE TABLE failing_pipelines (
  pipeline_id TEXT PRIMARY KEY,
  since TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Notices to people, one row an event and channel. They wait here, so that a kill loses none; those of one channel
-- that wait together become one message.
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

CREATE INDEX notices_waiting ON notices (channel) WHERE state = 'waiting';
CREATE INDEX notices_sent ON notices (channel, state, sent_at);
CREATE INDEX notices_by_time ON notices (created_at);

CREATE INDEX trigger_fires_by_time ON trigger_fires (fired_at);
