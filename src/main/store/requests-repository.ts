import type { RequestEntry } from '../../shared/contract/requests.ts';
import { Conditions } from './conditions.ts';
import { type Connection, fold } from './connection.ts';

export type NewRequest = Omit<RequestEntry, 'key'> & { readonly keyId: string | null };

export interface StoredRequest extends RequestEntry {
  readonly seq: number;
}

export interface RequestFilter {
  readonly door?: string | undefined;
  readonly keyId?: string | undefined;
  readonly statusClass?: '2xx' | '3xx' | '4xx' | '5xx' | '429' | undefined;
  readonly method?: string | undefined;
  readonly search?: string | undefined;
}

type RequestRow = Omit<NewRequest, 'keyId'> & {
  seq: number;
  keyId: string | null;
  keyName: string | null;
  keyLookup: string | null;
  keyHead: string | null;
};

const select = `
  SELECT r.seq, r.id, r.time, r.door, r.method, r.target, r.status, r.milliseconds, r.bytes_in AS bytesIn,
    r.bytes_out AS bytesOut, r.content_type AS contentType, r.error, r.message, k.id AS keyId, k.name AS keyName,
    k.lookup AS keyLookup, iif(k.environment = 'live', 'slc_live_', 'slc_test_') AS keyHead
  FROM requests r LEFT JOIN keys k ON k.id = r.key_id`;

/** The last requests that came in by doors. */
export class RequestsRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(request: NewRequest): number {
    return this.#connection.run(
      `INSERT INTO requests (id, time, door, method, target, status, milliseconds, key_id, bytes_in, bytes_out,
         content_type, error, message)
       VALUES (@id, @time, @door, @method, @target, @status, @milliseconds, @keyId, @bytesIn, @bytesOut,
         @contentType, @error, @message)`,
      { ...request },
    ).rowId;
  }

  /** Newest first, those before a place. */
  list(filter: RequestFilter, before: number | undefined, limit: number): StoredRequest[] {
    const asked = conditionsOf(filter);
    asked.add('before', before, 'r.seq < @before');
    return this.#connection
      .all<RequestRow>(`${select} ${asked.where} ORDER BY r.seq DESC LIMIT @limit`, {
        ...asked.values,
        limit,
      })
      .map(toRequest);
  }

  /** The newest of that id: a caller may send the same one twice. */
  find(id: string): StoredRequest | undefined {
    const row = this.#connection.get<RequestRow>(`${select} WHERE r.id = @id ORDER BY r.seq DESC LIMIT 1`, {
      id,
    });
    return row && toRequest(row);
  }

  clear(): number {
    return this.#connection.run('DELETE FROM requests').changes;
  }

  /** Forgets all but the newest, and of those what is older than a time. At most so many. */
  prune(keep: number, before: string, limit: number): number {
    return this.#connection.run(
      `DELETE FROM requests WHERE seq IN (SELECT seq FROM requests ORDER BY seq LIMIT @limit)
         AND (seq <= (SELECT max(seq) FROM requests) - @keep OR time < @before)`,
      { keep, before, limit },
    ).changes;
  }
}

function conditionsOf({ door, keyId, statusClass, method, search }: RequestFilter): Conditions {
  const asked = new Conditions();
  asked.add('door', door, 'r.door = @door');
  asked.add('keyId', keyId, 'r.key_id = @keyId');
  asked.add('method', method, 'r.method = @method');
  if (statusClass === '429') asked.add('status', 429, 'r.status = @status');
  else asked.add('class', statusClass && Number(statusClass[0]), 'r.status / 100 = @class');
  asked.add(
    'search',
    search && fold(search),
    `instr(fold(r.target), @search) > 0 OR instr(fold(r.id), @search) > 0
       OR instr(fold(coalesce(r.message, '')), @search) > 0`,
  );
  return asked;
}

function toRequest({ keyId, keyName, keyLookup, keyHead, ...row }: RequestRow): StoredRequest {
  const key = keyId === null ? null : { id: keyId, name: keyName ?? '', prefix: `${keyHead}${keyLookup}` };
  return { ...row, key };
}
