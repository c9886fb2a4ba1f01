import type { RunStep } from '../../shared/contract/domain.ts';
import type { ErrorReport } from '../../shared/errors/sluice-error.ts';
import type { Connection } from './connection.ts';

/** A step as stored: what the document knows (kind, title) is not repeated. */
export type StoredStep = Omit<RunStep, 'kind' | 'title' | 'hasRows'> & { readonly digest: string | null };

type StepRow = Omit<StoredStep, 'error'> & { error: string | null };

const columns = `node_id AS nodeId, attempt, tries, status, rows, rejected_rows AS rejectedRows, bytes, milliseconds, percent,
  started_at AS startedAt, finished_at AS finishedAt, reused_from_run AS reusedFromRun, digest, error`;

export class RunStepsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Steps of one attempt. */
  list(runSeq: number, attempt: number): StoredStep[] {
    return this.#connection
      .all<StepRow>(`SELECT ${columns} FROM run_steps WHERE run_seq = @runSeq AND attempt = @attempt`, {
        runSeq,
        attempt,
      })
      .map(toStep);
  }

  /** What the newest attempt that has come to this step knows of its rows. */
  newestDigest(runSeq: number, nodeId: string): string | undefined {
    const row = this.#connection.get<{ digest: string }>(
      `SELECT digest FROM run_steps WHERE run_seq = @runSeq AND node_id = @nodeId AND digest IS NOT NULL
       ORDER BY attempt DESC LIMIT 1`,
      { runSeq, nodeId },
    );
    return row?.digest;
  }

  put(runSeq: number, { live: _ofTheMoment, ...step }: StoredStep): void {
    this.#connection.run(
      `INSERT OR REPLACE INTO run_steps (run_seq, attempt, node_id, status, rows, rejected_rows, bytes, milliseconds, percent,
         tries, started_at, finished_at, reused_from_run, digest, error)
       VALUES (@runSeq, @attempt, @nodeId, @status, @rows, @rejectedRows, @bytes, @milliseconds, @percent,
         @tries, @startedAt, @finishedAt, @reusedFromRun, @digest, @error)`,
      { ...step, runSeq, error: step.error && JSON.stringify(step.error) },
    );
  }
}

function toStep({ error, ...row }: StepRow): StoredStep {
  return { ...row, error: error === null ? null : (JSON.parse(error) as ErrorReport) };
}
