-- What starts runs by itself: schedules, files, datasets, other pipelines, signed calls.

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

CREATE UNIQUE INDEX triggers_of_document ON triggers (pipeline_id) WHERE origin = 'document';
CREATE INDEX triggers_by_pipeline ON triggers (pipeline_id);
CREATE INDEX triggers_by_next_fire ON triggers (next_fire_at) WHERE next_fire_at IS NOT NULL AND paused_at IS NULL;

-- What became of each slot, written in the transaction of the run that it starts. The slot is what makes a fire
-- happen once: a time, the id of an event or of a call, a file with its size and time.
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

CREATE INDEX trigger_fires_by_trigger ON trigger_fires (trigger_id, id);
CREATE INDEX trigger_fires_waiting ON trigger_fires (trigger_id, id) WHERE outcome = 'waiting';
CREATE INDEX trigger_fires_of_backfill ON trigger_fires (backfill_id, id) WHERE backfill_id IS NOT NULL;

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

CREATE INDEX backfills_by_trigger ON backfills (trigger_id, created_at);

-- The files that a file trigger has seen: one that is here unchanged fires no more.
CREATE TABLE trigger_files (
  trigger_id TEXT NOT NULL REFERENCES triggers (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  modified_ms INTEGER NOT NULL,
  PRIMARY KEY (trigger_id, path)
) STRICT, WITHOUT ROWID;
