import type { Environment } from '../../shared/contract/domain.ts';
import type { Column } from '../../shared/kernel/columns.ts';
import type { Connection } from './connection.ts';

export interface StoredKept {
  readonly environment: Environment;
  readonly digest: string;
  readonly pipelineId: string;
  readonly runId: string;
  readonly nodeId: string;
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly Column[];
}

type KeptRow = Omit<StoredKept, 'columns'> & { columns: string };

const select = `
  SELECT environment, digest, pipeline_id AS pipelineId, run_id AS runId, node_id AS nodeId, rows, bytes, columns
  FROM kept_outputs`;

const nextUse = '(SELECT coalesce(max(used), 0) + 1 FROM kept_outputs)';

/** Node outputs that may be reused, by what they were computed from. */
export class KeptOutputsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Equal digests mean equal rows, so a second output of one replaces the first. */
  put(output: StoredKept, at: string): void {
    this.#connection.run(
      `INSERT OR REPLACE INTO kept_outputs
         (environment, digest, pipeline_id, run_id, node_id, rows, bytes, columns, created_at, used, used_at)
       VALUES (@environment, @digest, @pipelineId, @runId, @nodeId, @rows, @bytes, @columns, @at, ${nextUse}, @at)`,
      { ...output, columns: JSON.stringify(output.columns), at },
    );
  }

  find(environment: Environment, digest: string): StoredKept | undefined {
    const row = this.#connection.get<KeptRow>(
      `${select} WHERE environment = @environment AND digest = @digest`,
      { environment, digest },
    );
    return row && toKept(row);
  }

  /** The pipeline's own first, then others', newest use first. */
  candidates(pipelineId: string, environment: Environment, limit: number): StoredKept[] {
    return this.#connection
      .all<KeptRow>(
        `${select} WHERE environment = @environment ORDER BY pipeline_id = @pipelineId DESC, used DESC LIMIT @limit`,
        { pipelineId, environment, limit },
      )
      .map(toKept);
  }

  touch(environment: Environment, digest: string, at: string): void {
    this.#connection.run(
      `UPDATE kept_outputs SET used = ${nextUse}, used_at = @at
       WHERE environment = @environment AND digest = @digest`,
      { environment, digest, at },
    );
  }

  remove(environment: Environment, digest: string): void {
    this.#connection.run('DELETE FROM kept_outputs WHERE environment = @environment AND digest = @digest', {
      environment,
      digest,
    });
  }

  totalBytes(): number {
    return (
      this.#connection.get<{ n: number }>('SELECT coalesce(sum(bytes), 0) AS n FROM kept_outputs')?.n ?? 0
    );
  }

  /** Least recently used first. */
  all(): StoredKept[] {
    return this.#connection.all<KeptRow>(`${select} ORDER BY used`).map(toKept);
  }

  /** Which of the digests are kept. */
  present(environment: Environment, digests: readonly string[]): Set<string> {
    const rows = this.#connection.all<{ digest: string }>(
      `SELECT digest FROM kept_outputs
       WHERE environment = @environment AND digest IN (SELECT value FROM json_each(@digests))`,
      { environment, digests: JSON.stringify(digests) },
    );
    return new Set(rows.map((row) => row.digest));
  }
}

function toKept({ columns, ...row }: KeptRow): StoredKept {
  return { ...row, columns: JSON.parse(columns) as Column[] };
}
