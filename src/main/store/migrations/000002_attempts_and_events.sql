-- A run may be tried several times: each attempt has its own end, its own steps and (as before) its own log lines.

-- Claimed first is the highest priority; within one the lanes (who asked) take turns.
ALTER TABLE runs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN lane TEXT NOT NULL DEFAULT '';
-- A queued run is not started before this: the wait between two attempts, or the jitter of a schedule.
ALTER TABLE runs ADD COLUMN not_before TEXT;
-- Why it is to be cancelled (cancelled, replaced), from the wish until the end.
ALTER TABLE runs ADD COLUMN cancel_reason TEXT;
-- The run that this one repeats, and how: everything, what had failed, or from a node on.
ALTER TABLE runs ADD COLUMN origin_run TEXT;
ALTER TABLE runs ADD COLUMN origin_verb TEXT CHECK (origin_verb IN ('again', 'retry', 'from'));
ALTER TABLE runs ADD COLUMN from_node TEXT;
ALTER TABLE runs ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
ALTER TABLE runs ADD COLUMN note TEXT;
-- What a pinned run needs is never removed by retention.
ALTER TABLE runs ADD COLUMN pinned_at TEXT;
-- The trigger that started it (schedule, file, dataset, webhook, pipeline), without a reference: triggers may go.
ALTER TABLE runs ADD COLUMN trigger_id TEXT;
-- How many runs started one another before this one: what ends a circle of triggers.
ALTER TABLE runs ADD COLUMN chain INTEGER NOT NULL DEFAULT 0;

DROP INDEX runs_queue;
-- What claiming walks without touching the table: it jumps from one lane and pipeline to the next.
CREATE INDEX runs_queue ON runs (priority DESC, lane, pipeline_id, seq, not_before) WHERE status = 'queued';
CREATE INDEX runs_waiting ON runs (not_before) WHERE status = 'queued' AND not_before IS NOT NULL;
CREATE INDEX runs_running ON runs (pipeline_id, lane, priority) WHERE status = 'running';
CREATE INDEX runs_queued_of_pipeline ON runs (pipeline_id) WHERE status = 'queued';
CREATE INDEX runs_labelled ON runs (seq) WHERE labels <> '[]';
CREATE INDEX runs_pinned ON runs (seq) WHERE pinned_at IS NOT NULL;
-- The calendar of a pipeline, without touching the table.
CREATE INDEX runs_by_day ON runs (pipeline_id, queued_at, status);
CREATE INDEX runs_by_trigger ON runs (trigger_id) WHERE trigger_id IS NOT NULL;
-- How the runs of a schedule or backfill stand: asked at every fire, when hundreds of thousands may have ended.
CREATE INDEX runs_by_trigger_lane ON runs (trigger_id, lane, status) WHERE trigger_id IS NOT NULL;

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

INSERT INTO run_attempts (run_seq, attempt, status, started_at, finished_at, error)
SELECT seq, attempt, status, coalesce(started_at, queued_at), finished_at, error
FROM runs WHERE attempt > 0 AND status <> 'queued';

-- Until now only a stop of the program in the middle of a run was followed by another attempt. When that was, nobody
-- wrote down: at the latest when the attempt after it began.
WITH RECURSIVE earlier (seq, attempt, queued_at, ended_at) AS (
  SELECT seq, CASE status WHEN 'queued' THEN attempt ELSE attempt - 1 END, queued_at, coalesce(started_at, queued_at)
  FROM runs
  UNION ALL
  SELECT seq, attempt - 1, queued_at, ended_at FROM earlier WHERE attempt > 1
)
INSERT INTO run_attempts (run_seq, attempt, status, started_at, finished_at, error)
SELECT seq, attempt, 'interrupted', queued_at, ended_at,
  '{"code":"interrupted","message":"Sluice stopped while this run was in progress.","details":{}}'
FROM earlier WHERE attempt > 0;

CREATE TABLE run_steps_by_attempt (
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

INSERT INTO run_steps_by_attempt (run_seq, attempt, node_id, status, rows, rejected_rows, bytes, milliseconds, percent,
  started_at, finished_at, reused_from_run, digest, error)
SELECT s.run_seq, r.attempt, s.node_id, s.status, s.rows, s.rejected_rows, s.bytes, s.milliseconds, s.percent,
  s.started_at, s.finished_at, s.reused_from_run, s.digest, s.error
FROM run_steps s JOIN runs r ON r.seq = s.run_seq;

DROP TABLE run_steps;
ALTER TABLE run_steps_by_attempt RENAME TO run_steps;

-- Domain events: written in the transaction of the change that they report, so that neither exists without the other.
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

CREATE INDEX events_by_time ON events (time);
