import type { DomainEvent } from '../../shared/contract/domain-events.ts';
import type { Connection } from './connection.ts';

export type StoredEvent = DomainEvent & {
  readonly pipelineId: string | null;
  readonly resourceType: string | null;
  readonly resourceId: string | null;
};
type EventRow = Omit<StoredEvent, 'data'> & { data: string };

const columns = `seq, id, type, time, environment, pipeline_id AS pipelineId, resource_type AS resourceType,
  resource_id AS resourceId, data`;

export class EventsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Answers the event's place in the order of all events. */
  insert(event: Omit<StoredEvent, 'seq'>): number {
    return this.#connection.run(
      `INSERT INTO events (id, type, time, environment, pipeline_id, resource_type, resource_id, data)
       VALUES (@id, @type, @time, @environment, @pipelineId, @resourceType, @resourceId, @data)`,
      { ...event, data: JSON.stringify(event.data) },
    ).rowId;
  }

  find(id: string): StoredEvent | undefined {
    const row = this.#connection.get<EventRow>(`SELECT ${columns} FROM events WHERE id = @id`, { id });
    return row && toEvent(row);
  }

  /** Oldest first, those recorded after `seq`. */
  after(seq: number, limit: number): StoredEvent[] {
    return this.#connection
      .all<EventRow>(`SELECT ${columns} FROM events WHERE seq > @seq ORDER BY seq LIMIT @limit`, {
        seq,
        limit,
      })
      .map(toEvent);
  }

  /** Oldest first, of these types alone; without `seq` the newest ones. */
  list(types: readonly string[], seq: number | undefined, limit: number): StoredEvent[] {
    const wanted = 'type IN (SELECT value FROM json_each(@types))';
    const values = { types: JSON.stringify(types), limit };
    const rows =
      seq === undefined
        ? this.#connection
            .all<EventRow>(
              `SELECT ${columns} FROM events WHERE ${wanted} ORDER BY seq DESC LIMIT @limit`,
              values,
            )
            .reverse()
        : this.#connection.all<EventRow>(
            `SELECT ${columns} FROM events WHERE seq > @seq AND ${wanted} ORDER BY seq LIMIT @limit`,
            { ...values, seq },
          );
    return rows.map(toEvent);
  }

  /** The place of the newest event; 0 before the first. */
  newest(): number {
    return this.#connection.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM events')?.seq ?? 0;
  }
}

function toEvent({ data, ...row }: EventRow): StoredEvent {
  return { ...row, data: JSON.parse(data) as StoredEvent['data'] };
}
