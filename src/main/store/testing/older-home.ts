import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { PipelineDocument } from '../../../shared/pipeline/document.ts';
import type { HomePaths } from '../home-paths.ts';
import { migrations } from '../migrations.gen.ts';

const columns = '[{"name":"a","type":"INTEGER"}]';

/** What version 1 left of one pipeline `p` with every kind of row that it knew. Times are in order of their digit. */
const past = `
  INSERT INTO keys (id, workspace_id, lookup, secret_sha256, name, environment, scopes, plan, created_at)
    SELECT 'k', id, 'lookup', x'00', 'Script', 'live', '["runs:write"]', 'standard', '2026-01-01T00:00:00.000Z'
    FROM workspaces;
  INSERT INTO runs (id, pipeline_id, revision, environment, status, mode, "trigger", cause, attempt, percent, parameters,
    key_id, queued_at, started_at, finished_at, rows_read, rows_written, error, log_lines) VALUES
    ('good', 'p', 1, 'live', 'succeeded', 'inspect', 'window', 'Run button', 1, 100, '{}', NULL,
      '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z', '2026-01-01T00:00:02.000Z', 1, 1, NULL, 3),
    ('broken', 'p', 1, 'live', 'failed', 'fast', 'api', 'Script', 2, 40, '{}', 'k',
      '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:03.000Z', '2026-01-02T00:00:04.000Z', NULL, NULL,
      '{"code":"interrupted","message":"Sluice stopped.","details":{}}', 1),
    ('under way', 'p', 1, 'live', 'running', 'fast', 'api', 'Script', 1, 10, '{}', 'k',
      '2026-01-03T00:00:00.000Z', '2026-01-03T00:00:01.000Z', NULL, NULL, NULL, NULL, 0),
    ('put back', 'p', 1, 'sandbox', 'queued', 'fast', 'api', 'Script', 1, 0, '{}', 'k',
      '2026-01-04T00:00:00.000Z', NULL, NULL, NULL, NULL, NULL, 0),
    ('given up', 'p', 1, 'live', 'cancelled', 'fast', 'window', 'Run button', 0, 0, '{}', NULL,
      '2026-01-05T00:00:00.000Z', NULL, '2026-01-05T00:00:01.000Z', NULL, NULL,
      '{"code":"cancelled","message":"The run was cancelled.","details":{}}', 0);
  INSERT INTO run_steps (run_seq, node_id, status, rows, digest) VALUES
    (1, 'src', 'succeeded', 1, 'abc'), (1, 'out', 'succeeded', 1, NULL), (3, 'src', 'running', NULL, NULL);
  INSERT INTO run_logs (run_seq, attempt, time, level, node_id, message, fields) VALUES
    (1, 1, '2026-01-01T00:00:01.000Z', 1, 'src', 'read', '{"rows":1}'),
    (2, 1, '2026-01-02T00:00:03.000Z', 3, NULL, 'stopped', NULL),
    (1, 1, '2026-01-01T00:00:02.000Z', 2, 'out', 'slow', NULL),
    (1, 1, '2026-01-01T00:00:02.000Z', 1, 'out', 'written', NULL);
  DELETE FROM run_logs WHERE id = 4;
  INSERT INTO run_logs (id, run_seq, attempt, time, level, node_id, message, fields)
    VALUES (9, 1, 1, '2026-01-01T00:00:02.000Z', 1, 'out', 'written', NULL);
  INSERT INTO datasets (id, workspace_id, environment, name, name_key, version_id, version_number, created_at, updated_at)
    SELECT 'd', id, 'live', 'Orders', 'orders', 'v1', 1, '2026-01-01T00:00:02.000Z', '2026-01-01T00:00:02.000Z'
    FROM workspaces;
  INSERT INTO dataset_versions VALUES
    ('v1', 'd', 1, 1, 'out', 1, 'd/v1.parquet', 1, 4, NULL, '${columns}', '2026-01-01T00:00:02.000Z');
  INSERT INTO run_outputs VALUES (1, 'out', 'dataset', 'Orders', 'd', 'v1', 1, 4);
  INSERT INTO kept_outputs VALUES
    ('live', 'abc', 'p', 'good', 'src', 1, 4, '${columns}', '2026-01-01T00:00:02.000Z', 1);
  INSERT INTO idempotency_keys VALUES ('k', 'once', 'digest', 2, '2026-01-02T00:00:00.000Z');
  INSERT INTO settings VALUES ('settings', '{"concurrentRuns":3}');`;

/** Fills a new home as the first version of the schema would have left it, files and all, with a run under way. */
export function fillOlderHome(home: HomePaths, document: PipelineDocument): void {
  const db = new Database(home.store);
  try {
    db.pragma('journal_mode = WAL');
    db.exec(migrations[0]?.sql ?? '');
    db.exec(`INSERT INTO pipelines (id, workspace_id, name, description, revision, node_count, created_at, updated_at)
      SELECT 'p', id, 'Orders', '', 1, 2, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z' FROM workspaces`);
    db.prepare(
      "INSERT INTO pipeline_revisions VALUES ('p', 1, ?, 2, 'window', '2026-01-01T00:00:00.000Z')",
    ).run(JSON.stringify(document));
    db.exec(past);
    db.pragma('user_version = 1');
  } finally {
    db.close();
  }
  for (const path of [join(home.datasets, 'd', 'v1.parquet'), join(home.kept, 'live', 'abc.parquet')]) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'PAR1');
  }
}
