import type { RunAttempt } from '../../shared/contract/domain.ts';
import type { ErrorReport } from '../../shared/errors/sluice-error.ts';
import type { Connection } from './connection.ts';

export interface AttemptEnd {
  readonly status: Exclude<RunAttempt['status'], 'running'>;
  readonly at: string;
  readonly error: ErrorReport | null;
  /** When the next attempt may start; null where none follows. */
  readonly retryAt: string | null;
}

type AttemptRow = Omit<RunAttempt, 'error'> & { error: string | null };

/** The tries of runs, a row each. They begin and end in the transactions that move their run. */
export class RunAttemptsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  begin(runSeq: number, attempt: number, at: string): void {
    this.#connection.run(
      `INSERT INTO run_attempts (run_seq, attempt, status, started_at) VALUES (@runSeq, @attempt, 'running', @at)`,
      { runSeq, attempt, at },
    );
  }

  end(runSeq: number, attempt: number, { error, ...end }: AttemptEnd): void {
    this.#connection.run(
      `UPDATE run_attempts SET status = @status, finished_at = @at, error = @error, retry_at = @retryAt
       WHERE run_seq = @runSeq AND attempt = @attempt AND status = 'running'`,
      { ...end, runSeq, attempt, error: error && JSON.stringify(error) },
    );
  }

  /** Oldest first. */
  list(runSeq: number): RunAttempt[] {
    return this.#connection
      .all<AttemptRow>(
        `SELECT attempt, status, started_at AS startedAt, finished_at AS finishedAt, error, retry_at AS retryAt
         FROM run_attempts WHERE run_seq = @runSeq ORDER BY attempt`,
        { runSeq },
      )
      .map(({ error, ...row }) => ({
        ...row,
        error: error === null ? null : (JSON.parse(error) as ErrorReport),
      }));
  }
}
