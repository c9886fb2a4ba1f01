import type { Environment } from '../../shared/contract/domain.ts';
import type { Connection, SqlValues } from './connection.ts';

/** An ended run as retention sees it. */
export interface EndedRun {
  readonly seq: number;
  readonly id: string;
  readonly pipelineId: string;
  readonly environment: Environment;
  readonly finishedAt: string;
  readonly pinned: 0 | 1;
  readonly logLines: number;
  readonly logBytes: number;
  /** About what it takes without its log. */
  readonly bytes: number;
}

/** A version of a dataset as retention sees it. */
export interface AgedVersion {
  readonly id: string;
  readonly datasetId: string;
  readonly datasetName: string;
  readonly environment: Environment;
  readonly number: number;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly columns: string;
  /** Below the home's datasets folder. */
  readonly path: string;
  readonly createdAt: string;
  readonly runId: string | null;
  readonly isCurrent: 0 | 1;
  /** Its dataset, or the run that published it, is pinned. */
  readonly pinned: 0 | 1;
  /** When a newer version took its place. */
  readonly replacedAt: string | null;
}

/** Bytes that a row and its places in the indexes take beside its texts: measured, not exact. */
const rowBytes = { run: 500, step: 160, line: 60 };

/** What goes, what stays, and the disk that it takes. Deletes in portions that the caller chooses. */
export class RetentionRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Newest first, those accepted before `beforeSeq`. */
  endedRuns(beforeSeq: number, limit: number): EndedRun[] {
    return this.#connection.all<EndedRun>(
      `SELECT r.seq, r.id, r.pipeline_id AS pipelineId, r.environment, r.finished_at AS finishedAt,
         r.pinned_at IS NOT NULL AS pinned, r.log_lines AS logLines,
         r.log_bytes + r.log_lines * ${rowBytes.line} AS logBytes,
         ${rowBytes.run} + length(r.parameters) + coalesce(length(r.error), 0)
           + (SELECT count(*) FROM run_steps WHERE run_seq = r.seq) * ${rowBytes.step} AS bytes
       FROM runs r WHERE r.seq < @beforeSeq AND r.finished_at IS NOT NULL ORDER BY r.seq DESC LIMIT @limit`,
      { beforeSeq, limit },
    );
  }

  /** Deletes a run with all but its log, whose lines are noted as doomed. False when it may not go any more. */
  removeRun(seq: number): boolean {
    return this.#changed(
      'DELETE FROM runs WHERE seq = @seq AND finished_at IS NOT NULL AND pinned_at IS NULL',
      { seq },
    );
  }

  /** Takes the log from a run that stays. False when it may not go any more. */
  doomLog(seq: number, at: string): boolean {
    const taken = this.#changed(
      `UPDATE runs SET log_lines = 0, log_bytes = 0, log_removed_at = @at
       WHERE seq = @seq AND finished_at IS NOT NULL AND pinned_at IS NULL AND log_lines > 0`,
      { seq, at },
    );
    if (taken) this.#connection.run('INSERT OR IGNORE INTO doomed_logs (run_seq) VALUES (@seq)', { seq });
    return taken;
  }

  nextDoomedLog(): number | undefined {
    return this.#connection.get<{ seq: number }>('SELECT run_seq AS seq FROM doomed_logs LIMIT 1')?.seq;
  }

  /** Deletes some of the lines of a doomed log, and with the last of them the note. Answers how many went. */
  removeLines(seq: number, limit: number): number {
    const { changes } = this.#connection.run(
      `DELETE FROM run_logs WHERE id IN (
         SELECT id FROM run_logs INDEXED BY run_logs_by_run WHERE run_seq = @seq LIMIT @limit)`,
      { seq, limit },
    );
    if (changes < limit) this.#connection.run('DELETE FROM doomed_logs WHERE run_seq = @seq', { seq });
    return changes;
  }

  /** Oldest first, after this place. */
  versionsAfter(after: { createdAt: string; id: string }, limit: number): AgedVersion[] {
    return this.#connection.all<AgedVersion>(
      `${versions} WHERE (v.created_at, v.id) > (@createdAt, @id) ORDER BY v.created_at, v.id LIMIT @limit`,
      { ...after, limit },
    );
  }

  version(id: string): AgedVersion | undefined {
    return this.#connection.get<AgedVersion>(`${versions} WHERE v.id = @id`, { id });
  }

  /** The lowest number among the newest `count` versions of a dataset, or undefined when it has no more than that. */
  lowestOfNewest(datasetId: string, count: number): number | undefined {
    return this.#connection.get<{ number: number }>(
      `SELECT number FROM dataset_versions WHERE dataset_id = @datasetId
       ORDER BY number DESC LIMIT 1 OFFSET @offset`,
      { datasetId, offset: count - 1 },
    )?.number;
  }

  removeVersion(id: string): boolean {
    return this.#changed(
      `DELETE FROM dataset_versions WHERE id = @id
         AND NOT EXISTS (SELECT 1 FROM datasets WHERE version_id = @id OR (id = dataset_id AND pinned_at IS NOT NULL))`,
      { id },
    );
  }

  versionBytes(): number {
    return this.#number('SELECT coalesce(sum(bytes), 0) AS n FROM dataset_versions');
  }

  /** Documents that may name versions by id: of runs that wait or run, and of pipelines as they are now. */
  documentsInUse(): string[] {
    return this.#connection
      .all<{ document: string }>(
        `SELECT document FROM pipeline_revisions WHERE (pipeline_id, revision) IN (
           SELECT id, revision FROM pipelines WHERE removed_at IS NULL
           UNION SELECT pipeline_id, revision FROM runs WHERE status IN ('queued', 'running'))`,
      )
      .map(({ document }) => document);
  }

  /** When the oldest running run of each environment started: it may read any version that was current since. */
  runningSince(): { environment: Environment; since: string }[] {
    return this.#connection.all(
      `SELECT environment, min(coalesce(started_at, queued_at)) AS since FROM runs
       WHERE status = 'running' GROUP BY environment`,
    );
  }

  /** Kept outputs that nothing used since, and no pinned run needs; least recently used first. */
  unusedKept(before: string, limit: number): { environment: Environment; digest: string; bytes: number }[] {
    return this.#connection.all(
      `SELECT environment, digest, bytes FROM kept_outputs k
       WHERE coalesce(used_at, created_at) < @before AND NOT ${neededByPinned} ORDER BY used LIMIT @limit`,
      { before, limit },
    );
  }

  /** Kept outputs that pinned runs need, as "environment/digest". */
  pinnedKept(): Set<string> {
    const rows = this.#connection.all<{ environment: string; digest: string }>(
      `SELECT k.environment, k.digest FROM kept_outputs k WHERE ${neededByPinned}`,
    );
    return new Set(rows.map(({ environment, digest }) => `${environment}/${digest}`));
  }

  countEvents(before: string, upToSeq: number): { count: number; bytes: number } {
    return (
      this.#connection.get(
        `SELECT count(*) AS count, coalesce(sum(length(data)), 0) AS bytes FROM events
         WHERE time < @before AND seq <= @upToSeq`,
        { before, upToSeq },
      ) ?? { count: 0, bytes: 0 }
    );
  }

  removeEvents(before: string, upToSeq: number, limit: number): { count: number; bytes: number } {
    const gone = this.#connection.all<{ bytes: number }>(
      `DELETE FROM events WHERE seq IN (
         SELECT seq FROM events WHERE time < @before AND seq <= @upToSeq ORDER BY seq LIMIT @limit)
       RETURNING length(data) AS bytes`,
      { before, upToSeq, limit },
    );
    return { count: gone.length, bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  pinDataset(id: string, at: string | null): void {
    this.#connection.run('UPDATE datasets SET pinned_at = @at WHERE id = @id', { id, at });
  }

  /** What there is, for the view of the disk. */
  amounts() {
    return {
      runs: this.#number('SELECT count(*) AS n FROM runs'),
      logBytes: this.#number(
        `SELECT coalesce(sum(log_bytes + log_lines * ${rowBytes.line}), 0) AS n FROM runs`,
      ),
      datasets: this.#number('SELECT count(*) AS n FROM datasets'),
      versions: this.#number('SELECT count(*) AS n FROM dataset_versions'),
      kept: this.#number('SELECT count(*) AS n FROM kept_outputs'),
      pinnedRuns: this.#number('SELECT count(*) AS n FROM runs WHERE pinned_at IS NOT NULL'),
      pinnedDatasets: this.#number('SELECT count(*) AS n FROM datasets WHERE pinned_at IS NOT NULL'),
    };
  }

  /** The rows of a run as the store holds them, for an archive. */
  wholeRun(seq: number): { type: 'run' | 'attempt' | 'step' | 'output'; row: Record<string, unknown> }[] {
    const rows = (type: 'run' | 'attempt' | 'step' | 'output', sql: string) =>
      this.#connection.all<Record<string, unknown>>(sql, { seq }).map((row) => ({ type, row }));
    return [
      ...rows(
        'run',
        `SELECT (SELECT name FROM pipelines WHERE id = runs.pipeline_id) AS pipeline_name, runs.*
         FROM runs WHERE seq = @seq`,
      ),
      ...rows('attempt', 'SELECT * FROM run_attempts WHERE run_seq = @seq ORDER BY attempt'),
      ...rows('step', 'SELECT * FROM run_steps WHERE run_seq = @seq ORDER BY attempt, node_id'),
      ...rows('output', 'SELECT * FROM run_outputs WHERE run_seq = @seq ORDER BY node_id'),
    ];
  }

  /** Lines of a run's log after an id, oldest first. */
  lines(seq: number, after: number, limit: number): { id: number; [column: string]: unknown }[] {
    return this.#connection.all(
      `SELECT id, attempt, time, level, node_id, message, fields
       FROM run_logs INDEXED BY run_logs_by_run WHERE run_seq = @seq AND id > @after ORDER BY id LIMIT @limit`,
      { seq, after, limit },
    );
  }

  #changed(sql: string, values: SqlValues): boolean {
    return this.#connection.run(sql, values).changes > 0;
  }

  #number(sql: string): number {
    return this.#connection.get<{ n: number }>(sql)?.n ?? 0;
  }
}

const versions = `
  SELECT v.id, v.dataset_id AS datasetId, d.name AS datasetName, d.environment, v.number, v.rows, v.bytes, v.sha256,
    v.columns, v.path, v.created_at AS createdAt, r.id AS runId, d.version_id = v.id AS isCurrent,
    (d.pinned_at IS NOT NULL OR coalesce(r.pinned_at IS NOT NULL, 0)) AS pinned,
    (SELECT n.created_at FROM dataset_versions n WHERE n.dataset_id = v.dataset_id AND n.number > v.number
     ORDER BY n.number LIMIT 1) AS replacedAt
  FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id LEFT JOIN runs r ON r.seq = v.run_seq`;

/** Asks nothing of the row outside but these two, so that SQLite works it out once for all of them. */
const neededByPinned = `(k.environment, k.digest) IN (
  SELECT p.environment, s.digest FROM runs p JOIN run_steps s ON s.run_seq = p.seq
  WHERE p.pinned_at IS NOT NULL AND s.digest IS NOT NULL)`;
