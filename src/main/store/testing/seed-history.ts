import type { PipelineDocument } from '../../../shared/pipeline/document.ts';
import { Connection } from '../connection.ts';
import type { HomePaths } from '../home-paths.ts';

export interface HistorySize {
  readonly runs: number;
  /** Log lines, all of the newest run. */
  readonly lines: number;
  readonly pipelines: number;
}

export interface SeededHistory {
  /** The run that has the lines. */
  readonly loggedRun: string;
  readonly pipelineIds: readonly string[];
}

/** Ids that sort by time, as real ones do, made where the rows are made: in SQL. */
const uuidOf = (prefix: string, milliseconds: string, n: string) =>
  `printf('%08x-%04x-7%03x-${prefix}%03x-%012x', (${milliseconds}) >> 16, (${milliseconds}) & 65535, ${n} % 4096, 0, ${n})`;

/**
 * A home with a long past, written by SQL alone: what years of use would leave, in seconds. The store must exist and be
 * closed. Nine runs in ten succeeded; the others failed, were cancelled, skipped or interrupted; a minute lies between two.
 */
export function seedHistory(home: HomePaths, document: PipelineDocument, size: HistorySize): SeededHistory {
  const connection = new Connection(home.store);
  try {
    return connection.write(() => fill(connection, document, size));
  } finally {
    connection.pragma('wal_checkpoint(TRUNCATE)');
    connection.close();
  }
}

function fill(connection: Connection, document: PipelineDocument, size: HistorySize): SeededHistory {
  const now = Date.now();
  const pipelineIds = addPipelines(connection, document, size.pipelines, now);
  const before = connection.get<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM runs')?.seq ?? 0;
  connection.run(runsSql(size.pipelines), {
    runs: size.runs,
    start: now - size.runs * 60_000,
    pipelines: JSON.stringify(pipelineIds),
  });
  connection.run(attemptsSql, { before });
  connection.run(stepsSql, { before, nodes: JSON.stringify(document.nodes.map(({ id }) => id)) });
  const newest = connection.get<{ seq: number; id: string }>(
    'SELECT seq, id FROM runs ORDER BY seq DESC LIMIT 1',
  );
  if (!newest) return { loggedRun: '', pipelineIds };
  connection.run(linesSql, { seq: newest.seq, lines: size.lines, start: now - size.lines });
  connection.run('UPDATE runs SET log_lines = @lines WHERE seq = @seq', {
    seq: newest.seq,
    lines: size.lines,
  });
  return { loggedRun: newest.id, pipelineIds };
}

function addPipelines(
  connection: Connection,
  document: PipelineDocument,
  count: number,
  now: number,
): string[] {
  const workspace = connection.get<{ id: string }>('SELECT id FROM workspaces')?.id ?? '';
  const at = new Date(now).toISOString();
  connection.run(
    `INSERT INTO pipelines (id, workspace_id, name, description, revision, node_count, created_at, updated_at)
     WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @count)
     SELECT ${uuidOf('9', '@now', 'i')}, @workspace, printf('Pipeline %02d', i), '', 1, @nodes, @at, @at FROM n`,
    { count, now, workspace, at, nodes: document.nodes.length },
  );
  connection.run(
    `INSERT INTO pipeline_revisions (pipeline_id, revision, document, node_count, author, created_at)
     SELECT id, 1, json_set(@document, '$.name', name), @nodes, 'window', @at FROM pipelines WHERE name LIKE 'Pipeline __'`,
    { document: JSON.stringify(document), nodes: document.nodes.length, at },
  );
  return connection
    .all<{ id: string }>("SELECT id FROM pipelines WHERE name LIKE 'Pipeline __' ORDER BY name")
    .map(({ id }) => id);
}

const time = (milliseconds: string) =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', (${milliseconds}) / 1000.0, 'unixepoch')`;

const outcome = `CASE (i + i / 20) % 20 WHEN 3 THEN 'failed' WHEN 7 THEN 'cancelled' ELSE 'succeeded' END`;
const problem = `CASE
  WHEN (i + i / 20) % 100 = 3 THEN '{"code":"interrupted","message":"Sluice stopped while it ran.","details":{}}'
  WHEN (i + i / 20) % 20 = 3 THEN '{"code":"query_failed","message":"Could not convert ''n/a'' to a number.","details":{"nodeId":"clean"}}'
  WHEN (i + i / 20) % 100 = 7 THEN '{"code":"skipped","message":"Another run of the pipeline was under way.","details":{}}'
  WHEN (i + i / 20) % 20 = 7 THEN '{"code":"cancelled","message":"The run was cancelled.","details":{}}' END`;

const runsSql = (pipelines: number) => `
  INSERT INTO runs (id, pipeline_id, revision, environment, status, mode, "trigger", cause, attempt, percent, parameters,
    queued_at, started_at, finished_at, rows_read, rows_written, error, labels, priority, lane, pinned_at)
  WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @runs)
  SELECT ${uuidOf('8', '@start + i * 60000', 'i')},
    json_extract(@pipelines, printf('$[%d]', i % ${pipelines})), 1, CASE WHEN i % 10 = 1 THEN 'sandbox' ELSE 'live' END,
    ${outcome}, 'fast', CASE i % 4 WHEN 0 THEN 'schedule' WHEN 1 THEN 'api' ELSE 'window' END,
    CASE i % 4 WHEN 0 THEN 'Every night' WHEN 1 THEN 'Nightly import' ELSE 'Run button' END,
    1, 100, '{}', ${time('@start + i * 60000')}, ${time('@start + i * 60000 + i % 900')},
    ${time('@start + i * 60000 + i % 900 + 200 + (i * 7919) % 9000')}, 1000 + i % 777, i % 777, ${problem},
    CASE WHEN i % 50 = 0 THEN '["month end"]' ELSE '[]' END, 0, '', CASE WHEN i % 5000 = 0 THEN ${time('@start')} END
  FROM n`;

const attemptsSql = `
  INSERT INTO run_attempts (run_seq, attempt, status, started_at, finished_at, error)
  SELECT seq, 1, status, started_at, finished_at, error FROM runs WHERE seq > @before`;

const stepsSql = `
  INSERT INTO run_steps (run_seq, attempt, node_id, status, rows, milliseconds, started_at, finished_at)
  SELECT r.seq, 1, n.value, CASE WHEN r.status = 'succeeded' OR n.key = 0 THEN 'succeeded' WHEN n.key > 1 THEN 'skipped'
    ELSE r.status END, r.rows_written, 40 + (r.seq * (n.key + 3)) % 900, r.started_at, r.finished_at
  FROM runs r, json_each(@nodes) n WHERE r.seq > @before`;

const linesSql = `
  INSERT INTO run_logs (run_seq, attempt, time, level, node_id, message, fields)
  WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @lines)
  SELECT @seq, 1, ${time('@start + i')}, CASE WHEN i % 10007 = 0 THEN 3 WHEN i % 997 = 0 THEN 2 WHEN i % 3 = 0 THEN 0 ELSE 1 END,
    CASE i % 3 WHEN 0 THEN 'src' WHEN 1 THEN 'clean' END,
    printf('Row group %d of %d: %d rows read, checked and written to the next step', i, @lines, (i * 7919) % 10000),
    CASE WHEN i % 4 = 0 THEN '{"rows":' || i || '}' END
  FROM n`;
