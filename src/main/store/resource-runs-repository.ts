import type { Environment, RunStatus } from '../../shared/contract/domain.ts';
import type { Connection } from './connection.ts';

/** What the log of a resource needs of a run. */
export interface RunOfResource {
  readonly id: string;
  readonly seq: number;
  readonly status: RunStatus;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly error: { readonly message: string } | null;
}

type Row = Omit<RunOfResource, 'error'> & { error: string | null };

const columns = 'id, seq, status, started_at AS startedAt, finished_at AS finishedAt, error';

/** The runs of a workflow or a service, newest first; those that ended before a time are left out. */
export class ResourceRunsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  ofPipeline(pipelineId: string, environment: Environment, since: string, limit: number): RunOfResource[] {
    return this.#connection
      .all<Row>(
        `SELECT ${columns} FROM runs WHERE pipeline_id = @pipelineId AND environment = @environment
           AND (finished_at IS NULL OR finished_at >= @since) ORDER BY seq DESC LIMIT @limit`,
        { pipelineId, environment, since, limit },
      )
      .map(toRun);
  }

  ofTrigger(triggerId: string, since: string, limit: number): RunOfResource[] {
    return this.#connection
      .all<Row>(
        `SELECT ${columns} FROM runs WHERE trigger_id = @triggerId
           AND (finished_at IS NULL OR finished_at >= @since) ORDER BY seq DESC LIMIT @limit`,
        { triggerId, since, limit },
      )
      .map(toRun);
  }
}

const toRun = ({ error, ...row }: Row): RunOfResource => ({
  ...row,
  error: error === null ? null : (JSON.parse(error) as { message: string }),
});
