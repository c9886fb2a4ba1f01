import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrations } from './migrations.gen.ts';

/** Runs as version 1 stored them: one attempt's steps a run, and no row for the attempt. */
const before = `
  INSERT INTO pipelines (id, workspace_id, name, description, revision, node_count, created_at, updated_at)
    SELECT 'p', id, 'P', '', 1, 1, 't', 't' FROM workspaces;
  INSERT INTO pipeline_revisions VALUES ('p', 1, '{}', 1, 'window', 't');
  INSERT INTO runs (id, pipeline_id, revision, environment, status, mode, "trigger", cause, attempt, parameters,
    queued_at, started_at, finished_at, error) VALUES
    ('ended', 'p', 1, 'live', 'failed', 'fast', 'api', 'x', 2, '{}', 't0', 't1', 't2', '{"code":"interrupted"}'),
    ('running', 'p', 1, 'live', 'running', 'fast', 'api', 'x', 1, '{}', 't0', 't1', NULL, NULL),
    ('requeued', 'p', 1, 'live', 'queued', 'fast', 'api', 'x', 1, '{}', 't0', NULL, NULL, NULL),
    ('never ran', 'p', 1, 'live', 'cancelled', 'fast', 'api', 'x', 0, '{}', 't0', NULL, 't2', NULL);
  INSERT INTO run_steps (run_seq, node_id, status, rows) VALUES (1, 'src', 'succeeded', 7), (2, 'src', 'running', NULL);
`;

test('runs of an older store get the attempts and steps that are known of them', () => {
  const db = new Database(':memory:');
  try {
    const [first, ...rest] = migrations;
    db.exec(first?.sql ?? '');
    db.exec(before);
    for (const { sql } of rest) db.exec(sql);
    const attempts = db
      .prepare('SELECT run_seq, attempt, status, started_at, finished_at FROM run_attempts')
      .all();
    expect(attempts).toEqual([
      { run_seq: 1, attempt: 1, status: 'interrupted', started_at: 't0', finished_at: 't1' },
      { run_seq: 1, attempt: 2, status: 'failed', started_at: 't1', finished_at: 't2' },
      { run_seq: 2, attempt: 1, status: 'running', started_at: 't1', finished_at: null },
      { run_seq: 3, attempt: 1, status: 'interrupted', started_at: 't0', finished_at: 't0' },
    ]);
    expect(db.prepare('SELECT run_seq, attempt, node_id, tries, rows FROM run_steps').all()).toEqual([
      { run_seq: 1, attempt: 2, node_id: 'src', tries: 1, rows: 7 },
      { run_seq: 2, attempt: 1, node_id: 'src', tries: 1, rows: null },
    ]);
    expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  } finally {
    db.close();
  }
});
