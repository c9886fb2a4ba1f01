-- Workspaces can be made and removed. A removed one keeps its row: removed pipelines and their runs still name it.
ALTER TABLE workspaces ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE workspaces ADD COLUMN removed_at TEXT;

-- How the core's things are called by those who speak of resources: a pipeline is a workflow, an own trigger a service,
-- a source a depot. The thing itself stays the truth; a row adds its name, version label, tags and the text it came as.
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

CREATE UNIQUE INDEX resources_by_target ON resources (type, target_id) WHERE target_id IS NOT NULL;
CREATE UNIQUE INDEX resources_by_name ON resources (workspace_id, type, name, coalesce(environment, ''))
  WHERE removed_at IS NULL;
CREATE INDEX resources_in_order ON resources (name, type, id) WHERE removed_at IS NULL;
