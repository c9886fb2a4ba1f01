import type { RequestEntry } from '../../../shared/contract/requests.ts';
import { doors } from '../../access/doors.ts';
import type { Option, Status } from '../../ui/index.ts';

/** What is looked for; `any` is no condition. */
export interface RequestChoice {
  readonly door: string;
  readonly keyId: string;
  readonly statusClass: string;
  readonly method: string;
  readonly search: string;
}

export const everything: RequestChoice = {
  door: 'any',
  keyId: 'any',
  statusClass: 'any',
  method: 'any',
  search: '',
};

export const isNarrowed = (choice: RequestChoice): boolean =>
  (Object.keys(everything) as (keyof RequestChoice)[]).some(
    (name) => choice[name].trim() !== everything[name],
  );

export const doorOptions: readonly Option[] = [
  { value: 'any', label: 'any API' },
  ...doors.map(({ door, title }) => ({ value: door, label: title })),
];

export const statusOptions: readonly Option[] = [
  { value: 'any', label: 'any answer' },
  { value: '2xx', label: 'success', note: '2xx' },
  { value: '3xx', label: 'a redirect or “not changed”', note: '3xx' },
  { value: '4xx', label: 'a refusal', note: '4xx' },
  { value: '429', label: 'a limit hit', note: '429' },
  { value: '5xx', label: 'an error', note: '5xx' },
];

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export const methodOptions: readonly Option[] = [
  { value: 'any', label: 'any method' },
  ...methods.map((method) => ({ value: method, label: method })),
];

/** The colour and icon of a status code: those of runs, so that they are read alike. */
export function statusStatus(code: number): Status {
  if (code === 429) return 'warning';
  if (code >= 500) return 'failed';
  if (code >= 400) return 'cancelled';
  return code >= 300 ? 'reused' : 'succeeded';
}

const phrases: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No content',
  302: 'Found',
  304: 'Not modified',
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Timed out',
  409: 'Conflict',
  411: 'Length required',
  412: 'Precondition failed',
  413: 'Too large',
  415: 'Unsupported type',
  422: 'Not processable',
  429: 'Too many requests',
  499: 'Client hung up',
  500: 'Internal error',
  502: 'Bad gateway',
  503: 'Unavailable',
  504: 'Timed out',
  507: 'Disk full',
};

/** A status code in words, as far as it is a known one. */
export function statusWords(code: number): string {
  const words = phrases[code];
  return words ? `${code} ${words}` : String(code);
}

/** The path alone, and what stands behind the question mark. */
export function targetParts(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark) };
}

/** How many of a list came before those that are shown, `atMost` where it may be more. */
export function newerThan(head: readonly RequestEntry[], shown: readonly RequestEntry[]): number {
  const first = shown[0];
  if (!first) return head.length;
  const at = head.findIndex(({ id }) => id === first.id);
  return at < 0 ? head.length : at;
}
