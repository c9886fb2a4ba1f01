-- Where pipelines read and write outside: databases, buckets, addresses, folders. Their secrets are not in the store.
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

CREATE UNIQUE INDEX sources_by_name ON sources (workspace_id, name_key, coalesce(environment, ''));
