-- Records that were sent to us, as they came.

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

CREATE INDEX received_batches_by_source ON received_batches (environment, source, seq);
CREATE INDEX received_batches_by_run ON received_batches (run_seq);

-- Failed jobs have an event of their own now; who was told of them so far still is.
UPDATE webhooks SET events = json_insert(events, '$[#]', 'job.failed')
WHERE shape = 'job' AND EXISTS (SELECT 1 FROM json_each(events) WHERE value = 'job.completed')
  AND NOT EXISTS (SELECT 1 FROM json_each(events) WHERE value = 'job.failed');
