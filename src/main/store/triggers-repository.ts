import type { Environment, RunStatus } from '../../shared/contract/domain.ts';
import type { TriggerConfig, TriggerKind } from '../../shared/contract/triggers.ts';
import { Conditions } from './conditions.ts';
import type { Connection, SqlValues } from './connection.ts';

/** What a trigger remembers beside its settings. */
export interface TriggerState {
  /** Why it cannot fire as it is. */
  readonly problem?: string;
  /** What its document said of `paused` when it was saved last. */
  readonly documentPaused?: boolean;
  /** A file trigger has looked at its folder since it was made, changed or resumed. */
  readonly watching?: boolean;
  /** The newest event when it began to listen: only later ones count. */
  readonly since?: number;
}

export interface StoredTrigger {
  readonly id: string;
  readonly pipelineId: string;
  readonly pipelineName: string;
  readonly name: string;
  readonly config: TriggerConfig;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly environment: Environment;
  readonly origin: 'document' | 'own';
  readonly pausedAt: string | null;
  readonly startAt: string | null;
  readonly endAt: string | null;
  readonly evaluatedTo: string;
  readonly nextFireAt: string | null;
  readonly state: TriggerState;
  readonly createdAt: string;
  readonly updatedAt: string;
}

type TriggerRow = Omit<StoredTrigger, 'config' | 'parameters' | 'state'> & {
  config: string;
  parameters: string;
  state: string;
};

// A trigger of a pipeline that was removed sleeps: nobody lists it, and it never fires.
const select = `
  SELECT t.id, t.pipeline_id AS pipelineId, p.name AS pipelineName, t.name, t.config, t.parameters, t.environment,
    t.origin, t.paused_at AS pausedAt, t.start_at AS startAt, t.end_at AS endAt, t.evaluated_to AS evaluatedTo,
    t.next_fire_at AS nextFireAt, t.state, t.created_at AS createdAt, t.updated_at AS updatedAt
  FROM triggers t JOIN pipelines p ON p.id = t.pipeline_id AND p.removed_at IS NULL`;

export class TriggersRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert({ pipelineName: _name, ...trigger }: StoredTrigger): void {
    this.#connection.run(
      `INSERT INTO triggers (id, pipeline_id, kind, name, config, parameters, environment, origin, paused_at, start_at,
         end_at, evaluated_to, next_fire_at, state, created_at, updated_at)
       VALUES (@id, @pipelineId, @kind, @name, @config, @parameters, @environment, @origin, @pausedAt, @startAt,
         @endAt, @evaluatedTo, @nextFireAt, @state, @createdAt, @updatedAt)`,
      { ...asValues(trigger), kind: trigger.config.kind },
    );
  }

  update({ pipelineName: _name, origin: _origin, createdAt: _at, ...trigger }: StoredTrigger): void {
    const { pipelineId: _pipeline, ...values } = asValues(trigger);
    this.#connection.run(
      `UPDATE triggers SET name = @name, config = @config, parameters = @parameters, environment = @environment,
         paused_at = @pausedAt, start_at = @startAt, end_at = @endAt, evaluated_to = @evaluatedTo,
         next_fire_at = @nextFireAt, state = @state, updated_at = @updatedAt
       WHERE id = @id`,
      values,
    );
  }

  /** How far its slots have been decided, and when the next one is due. */
  advance(id: string, evaluatedTo: string, nextFireAt: string | null): void {
    this.#connection.run(
      'UPDATE triggers SET evaluated_to = @evaluatedTo, next_fire_at = @nextFireAt WHERE id = @id',
      { id, evaluatedTo, nextFireAt },
    );
  }

  find(id: string): StoredTrigger | undefined {
    const row = this.#connection.get<TriggerRow>(`${select} WHERE t.id = @id`, { id });
    return row && toTrigger(row);
  }

  ofDocument(pipelineId: string): StoredTrigger | undefined {
    const row = this.#connection.get<TriggerRow>(
      `${select} WHERE t.pipeline_id = @pipelineId AND t.origin = 'document'`,
      { pipelineId },
    );
    return row && toTrigger(row);
  }

  list(filter: { pipelineId?: string | undefined; kind?: TriggerKind | undefined } = {}): StoredTrigger[] {
    const { pipelineId, kind } = filter;
    const found = new Conditions();
    found.add('pipelineId', pipelineId, 't.pipeline_id = @pipelineId');
    found.add('kind', kind, 't.kind = @kind');
    return this.#connection
      .all<TriggerRow>(`${select} ${found.where} ORDER BY t.created_at, t.id`, found.values)
      .map(toTrigger);
  }

  /** Those that may fire by what is not a time. */
  listening(kind: TriggerKind): StoredTrigger[] {
    return this.#connection
      .all<TriggerRow>(`${select} WHERE t.kind = @kind AND t.paused_at IS NULL`, { kind })
      .map(toTrigger);
  }

  /** Schedules with a slot that is due. */
  due(now: string): StoredTrigger[] {
    return this.#connection
      .all<TriggerRow>(
        `${select} WHERE t.next_fire_at IS NOT NULL AND t.paused_at IS NULL AND t.next_fire_at <= @now
         ORDER BY t.next_fire_at, t.id`,
        { now },
      )
      .map(toTrigger);
  }

  /** When the first schedule is due. */
  nextDue(): string | null {
    const sql = `SELECT min(t.next_fire_at) AS at FROM triggers t JOIN pipelines p ON p.id = t.pipeline_id
      AND p.removed_at IS NULL WHERE t.next_fire_at IS NOT NULL AND t.paused_at IS NULL`;
    return this.#connection.get<{ at: string | null }>(sql)?.at ?? null;
  }

  ids(): Set<string> {
    return new Set(this.#connection.all<{ id: string }>('SELECT id FROM triggers').map(({ id }) => id));
  }

  remove(id: string): void {
    this.#connection.run('DELETE FROM triggers WHERE id = @id', { id });
  }

  /** Runs of a lane that have not ended, oldest first. */
  activeRuns(triggerId: string, lane: string): { id: string; status: RunStatus }[] {
    // The plus keeps the planner from walking all runs of the trigger, which come in this order.
    return this.#connection.all(
      `SELECT id, status FROM runs
       WHERE trigger_id = @triggerId AND lane = @lane AND status IN ('queued', 'running') ORDER BY +seq`,
      { triggerId, lane },
    );
  }

  /** How the runs of a lane stand. */
  countRuns(triggerId: string, lane: string): Partial<Record<RunStatus, number>> {
    const rows = this.#connection.all<{ status: RunStatus; n: number }>(
      `SELECT status, count(*) AS n FROM runs
       WHERE trigger_id = @triggerId AND lane = @lane GROUP BY status`,
      { triggerId, lane },
    );
    return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
  }

  /** How many runs started one another before this one; 0 where it is gone. */
  chainOf(runId: string): number {
    return (
      this.#connection.get<{ chain: number }>('SELECT chain FROM runs WHERE id = @runId', { runId })?.chain ??
      0
    );
  }

  seenFiles(triggerId: string): Map<string, { bytes: number; modifiedMs: number }> {
    const rows = this.#connection.all<{ path: string; bytes: number; modifiedMs: number }>(
      'SELECT path, bytes, modified_ms AS modifiedMs FROM trigger_files WHERE trigger_id = @triggerId',
      { triggerId },
    );
    return new Map(rows.map(({ path, ...seen }) => [path, seen]));
  }

  sawFile(triggerId: string, path: string, bytes: number, modifiedMs: number): void {
    this.#connection.run(
      `INSERT INTO trigger_files (trigger_id, path, bytes, modified_ms) VALUES (@triggerId, @path, @bytes, @modifiedMs)
       ON CONFLICT (trigger_id, path) DO UPDATE SET bytes = excluded.bytes, modified_ms = excluded.modified_ms`,
      { triggerId, path, bytes, modifiedMs },
    );
  }

  forgetFile(triggerId: string, path: string): void {
    this.#connection.run('DELETE FROM trigger_files WHERE trigger_id = @triggerId AND path = @path', {
      triggerId,
      path,
    });
  }
}

function asValues<Trigger extends Pick<StoredTrigger, 'config' | 'parameters' | 'state'>>(trigger: Trigger) {
  return {
    ...trigger,
    config: JSON.stringify(trigger.config),
    parameters: JSON.stringify(trigger.parameters),
    state: JSON.stringify(trigger.state),
  } as SqlValues & Record<string, string | null>;
}

function toTrigger({ config, parameters, state, ...row }: TriggerRow): StoredTrigger {
  return {
    ...row,
    config: JSON.parse(config) as TriggerConfig,
    parameters: JSON.parse(parameters) as StoredTrigger['parameters'],
    state: JSON.parse(state) as TriggerState,
  };
}
