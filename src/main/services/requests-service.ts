import type { DoorName } from '../../shared/contract/domain.ts';
import type { RequestEntry } from '../../shared/contract/requests.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { NewRequest, RequestFilter } from '../store/requests-repository.ts';
import { redacted, redactKeys, redactTarget } from './redact-target.ts';
import type { ServiceContext } from './service-context.ts';
import { writeIfPossible } from './write-if-possible.ts';

export interface RequestsService {
  /** Notes an answered request; it is written with others, later. `target` may still hold secrets. */
  note(request: NewRequest): void;
  /** Newest first. */
  list(input: RequestFilter & { cursor?: string | undefined; limit: number }): {
    requests: RequestEntry[];
    next: string | null;
  };
  /** The same call as a line for a shell, against a server's address. Throws not_found. */
  asCurl(id: string, url: string): string;
  clear(): { removed: number };
  flush(): void;
}

const kept = 10_000;
const keptMilliseconds = 7 * 86_400_000;
const batchMilliseconds = 500;
/** Requests in memory at most: so many are written at once. */
const waitingLimit = 2_000;
const pruneLimit = 2_000;
/** Of a key that floods a door, so much of its refusals is listed: one in this time. The key's use counts all of them. */
const floodMilliseconds = 1_000;
const messageLength = 300;

/** The last requests that came in by doors, without anything secret. */
export function createRequestsService(context: ServiceContext): RequestsService {
  const { store, clock } = context;
  let waiting: NewRequest[] = [];
  let timer: { cancel(): void } | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  /** When a refusal of each flooding key was listed last. */
  const floods = new Map<string, number>();

  function isFlood({ status, keyId, door }: NewRequest): boolean {
    if (status !== 429) return false;
    const who = `${keyId} ${door}`;
    const now = clock.monotonic();
    if (now - (floods.get(who) ?? Number.NEGATIVE_INFINITY) < floodMilliseconds) return true;
    if (floods.size > 1_000) floods.clear();
    floods.set(who, now);
    return false;
  }

  function tell(): void {
    const now = clock.monotonic();
    if (now - toldAt < batchMilliseconds) return;
    toldAt = now;
    context.announce({ type: 'requests.changed' });
  }

  function flush(): void {
    timer?.cancel();
    timer = undefined;
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    const cutoff = new Date(clock.now() - keptMilliseconds).toISOString();
    writeIfPossible(() =>
      store.write(() => {
        for (const request of batch) store.requests.insert(request);
        store.requests.prune(kept, cutoff, pruneLimit);
      }),
    );
    tell();
  }

  return {
    flush,

    note(request) {
      if (isFlood(request)) return;
      const message = request.message === null ? null : redactKeys(request.message).slice(0, messageLength);
      waiting.push({ ...request, target: redactTarget(request.target), message });
      if (waiting.length >= waitingLimit) return flush();
      // A refusal for a limit causes no write: it waits for the next batch, or until somebody looks.
      if (request.status === 429) tell();
      else timer ??= clock.after(batchMilliseconds, flush);
    },

    list({ cursor, limit, ...filter }) {
      flush();
      const before = cursor === undefined ? undefined : Number(cursor);
      if (before !== undefined && !Number.isSafeInteger(before))
        throw new SluiceError('invalid_input', { reason: 'This cursor is not one of this list.' });
      const found = store.requests.list(filter, before, limit);
      const last = found.length === limit ? found.at(-1)?.seq : undefined;
      return {
        requests: found.map(({ seq: _place, ...request }) => request),
        next: last === undefined ? null : String(last),
      };
    },

    asCurl(id, url) {
      flush();
      const found = store.requests.find(id);
      if (!found) throw new SluiceError('not_found', { what: 'request', id });
      return curlOf(found, url);
    },

    clear() {
      flush();
      const removed = store.write(() => store.requests.clear());
      context.announce({ type: 'requests.changed' });
      return { removed };
    },
  };
}

/** The header that a door takes keys from. */
const keyHeaders: Record<DoorName, string> = {
  dataflow: 'Authorization: Bearer $SLUICE_KEY',
  cloudflow: 'Authorization: ApiKey $SLUICE_KEY',
  execution: 'x-api-key: $SLUICE_KEY',
  dataos: 'Authorization: Bearer $SLUICE_KEY',
  datapulse: 'Authorization: Bearer $SLUICE_KEY',
};

const bodyFiles: readonly [RegExp, string][] = [
  [/json/, 'body.json'],
  [/xml/, 'body.xml'],
  [/yaml/, 'body.yaml'],
  [/csv/, 'body.csv'],
];

/** The key is a variable of the shell, the body a file: neither was kept. */
function curlOf({ method, target, door, contentType, bytesIn }: RequestEntry, url: string): string {
  const parts = [
    `curl -X ${method} ${quoted(`${url}${withoutRedacted(target)}`)}`,
    // In double quotes: the shell fills in the variable.
    `-H "${keyHeaders[door]}"`,
  ];
  if (bytesIn > 0) {
    const type = contentType ?? 'application/json';
    const file = bodyFiles.find(([pattern]) => pattern.test(type))?.[1] ?? 'body.txt';
    parts.push(`-H ${quoted(`Content-Type: ${type}`)}`, `--data-binary @${file}`);
  }
  return parts.join(' \\\n  ');
}

/** A key that stood in the query goes into the header instead. */
function withoutRedacted(target: string): string {
  const [path = '', query = ''] = target.split('?', 2);
  const rest = query.split('&').filter((pair) => pair !== '' && !pair.endsWith(`=${redacted}`));
  return rest.length > 0 ? `${path}?${rest.join('&')}` : path;
}

/** Whatever a caller put into it means nothing to a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
