import type { RunStep } from '../../shared/contract/domain.ts';
import type { ErrorReport } from '../../shared/errors/sluice-error.ts';
import type { Connection } from './connection.ts';

/** A step as stored: what the document knows (kind, title) is not repeated. */
export type StoredStep = Omit<RunStep, 'kind' | 'title' | 'hasRows'> & { readonly digest: string | null };

type StepRow = Omit<StoredStep, 'error'> & { error: string | null };

const columns = `node_id AS nodeId, status, rows, rejected_rows AS rejectedRows, bytes, milliseconds, percent,
  started_at AS startedAt, finished_at AS finishedAt, reused_from_run AS reusedFromRun, digest, error`;

export class RunStepsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  list(runSeq: number): StoredStep[] {
    return this.#connection
      .all<StepRow>(`SELECT ${columns} FROM run_steps WHERE run_seq = @runSeq`, { runSeq })
      .map(toStep);
  }

  find(runSeq: number, nodeId: string): StoredStep | undefined {
    const row = this.#connection.get<StepRow>(
      `SELECT ${columns} FROM run_steps WHERE run_seq = @runSeq AND node_id = @nodeId`,
      { runSeq, nodeId },
    );
    return row && toStep(row);
  }

  put(runSeq: number, step: StoredStep): void {
    this.#connection.run(
      `INSERT OR REPLACE INTO run_steps (run_seq, node_id, status, rows, rejected_rows, bytes, milliseconds, percent,
         started_at, finished_at, reused_from_run, digest, error)
       VALUES (@runSeq, @nodeId, @status, @rows, @rejectedRows, @bytes, @milliseconds, @percent,
         @startedAt, @finishedAt, @reusedFromRun, @digest, @error)`,
      { ...step, runSeq, error: step.error && JSON.stringify(step.error) },
    );
  }

  /** A new attempt starts with no steps done. */
  clear(runSeq: number): void {
    this.#connection.run('DELETE FROM run_steps WHERE run_seq = @runSeq', { runSeq });
  }
}

function toStep({ error, ...row }: StepRow): StoredStep {
  return { ...row, error: error === null ? null : (JSON.parse(error) as ErrorReport) };
}
