import type {
  AttemptError,
  DeliveryStatus,
  DeliverySummary,
  WebhookShape,
  WebhookSummary,
} from '../../../shared/contract/webhooks.ts';
import type { Option, Status } from '../../ui/index.ts';

export const shapeOptions: readonly Option<WebhookShape>[] = [
  { value: 'sluice', label: 'Sluice', note: 'Any event, with all its data' },
  { value: 'job', label: 'DataFlow v2', note: 'job.completed and job.failed, as that API documents them' },
  { value: 'resource', label: 'DataOS v1', note: 'resource.* events, as that API documents them' },
];

interface Look {
  readonly status: Status;
  readonly word: string;
}

const deliveryLooks: Record<DeliveryStatus, Look> = {
  pending: { status: 'queued', word: 'Waiting' },
  delivered: { status: 'succeeded', word: 'Delivered' },
  failed: { status: 'failed', word: 'Failed' },
  dropped: { status: 'cancelled', word: 'Dropped' },
};

/** How a delivery stands; one that failed before and will be tried again is a warning. */
export function deliveryLook({ status, attempts }: Pick<DeliverySummary, 'status' | 'attempts'>): Look {
  return status === 'pending' && attempts > 0
    ? { status: 'warning', word: 'Retrying' }
    : deliveryLooks[status];
}

export const statusOptions: readonly Option<DeliveryStatus | 'any'>[] = [
  { value: 'any', label: 'any state' },
  { value: 'delivered', label: 'delivered' },
  { value: 'pending', label: 'waiting' },
  { value: 'failed', label: 'failed' },
  { value: 'dropped', label: 'dropped' },
];

export function webhookLook({ paused, failures }: Pick<WebhookSummary, 'paused' | 'failures'>): Look {
  if (paused) return { status: paused.reason === 'owner' ? 'cancelled' : 'failed', word: 'Paused' };
  return failures > 0 ? { status: 'warning', word: 'Failing' } : { status: 'succeeded', word: 'Active' };
}

/** Why it is paused and what to do, as a title and a next step. */
export function pauseWords(paused: NonNullable<WebhookSummary['paused']>): { title: string; next: string } {
  switch (paused.reason) {
    case 'owner':
      return { title: 'Paused by you', next: 'Events wait until it is resumed.' };
    case 'failing':
      return {
        title: 'Paused: this endpoint failed on and on',
        next: 'Send a test to see whether it answers again, then resume. Events wait meanwhile.',
      };
    case 'gone':
      return {
        title: 'Paused: the endpoint answered that it is gone (410)',
        next: 'Change the address, or resume when the endpoint is back. Events wait meanwhile.',
      };
    case 'no_secret':
      return {
        title: 'Paused: its secret is not on this machine',
        next: 'Make a new secret, give it to the receiver, then resume. Events wait meanwhile.',
      };
  }
}

const errorWords: Record<AttemptError, string> = {
  address_refused: 'Address refused',
  name_unknown: 'Unknown host',
  refused: 'Connection refused',
  unreachable: 'Unreachable',
  tls: 'Certificate refused',
  timeout: 'No answer in time',
  redirect: 'Redirect',
  status: 'Refused',
  bad_answer: 'Not HTTP',
  no_secret: 'No secret',
};

/** The outcome of an attempt in a few words: the status where there is one. */
export function outcomeText(statusCode: number | null, error: AttemptError | null): string {
  if (statusCode !== null) return String(statusCode);
  return error ? errorWords[error] : '–';
}

export const kindWords: Record<DeliverySummary['kind'], string> = {
  event: 'Event',
  replay: 'Replay',
  test: 'Test',
};

export const environmentOptions: readonly Option<'both' | 'live' | 'sandbox'>[] = [
  { value: 'both', label: 'Live and sandbox' },
  { value: 'live', label: 'Live only' },
  { value: 'sandbox', label: 'Sandbox only' },
];

/** Share of the last deliveries that arrived, or nothing yet. */
export function successShare({ recent }: Pick<WebhookSummary, 'recent'>): number | undefined {
  const ended = recent.delivered + recent.failed;
  return ended === 0 ? undefined : recent.delivered / ended;
}

/** JSON for the eye; anything else as it is. */
export function prettyBody(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
