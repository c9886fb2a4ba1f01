import type { DomainEvent } from '../../shared/contract/domain-events.ts';
import { resourceType as knownType } from '../../shared/contract/resources.ts';
import type { WebhookShape } from '../../shared/contract/webhooks.ts';
import { plainTime } from '../../shared/kernel/time.ts';
import type { ToldResource } from './resources/resource-book.ts';

/** An event as one shape of webhook tells it. */
export interface ToldEvent {
  /** The shape's own name of the event: what patterns are matched against. */
  readonly type: string;
  readonly resourceType: string | null;
  /** Exactly the bytes that are signed and sent. */
  readonly body: string;
}

/** Receivers expect bodies of about this size at most: https://www.standardwebhooks.com */
const roughLimit = 20_000;

/** Undefined where the shape has no word for the event. `resource` is what the event is in the words of resources. */
export function tellEvent(
  shape: WebhookShape,
  event: Omit<DomainEvent, 'seq'>,
  resource?: ToldResource,
): ToldEvent | undefined {
  if (shape === 'job') return tellJob(event);
  if (shape === 'resource') return tellResource(event, resource);
  return { type: event.type, resourceType: textOf(event.data.resourceType), body: sluiceBody(event) };
}

/** The documented body: these keys in this order. */
export function sluiceBody(
  event: Pick<DomainEvent, 'id' | 'time' | 'environment' | 'data'> & { type: string },
) {
  const { id, type, time, environment, data } = event;
  const body = (content: unknown) =>
    JSON.stringify({ id, type, timestamp: time, environment, data: content });
  const whole = body(data);
  return Buffer.byteLength(whole) <= roughLimit ? whole : body(withoutDetails(data));
}

/** The details of an error are what makes a body long; its code and message stay. */
function withoutDetails(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { error } = data;
  if (typeof error !== 'object' || error === null) return { ...data };
  return { ...data, error: { ...error, details: {} } };
}

/** DataFlow v2: these four fields, the status in that API's words. A job that was cancelled did not complete. */
function tellJob({ type, time, data }: Omit<DomainEvent, 'seq'>): ToldEvent | undefined {
  const status = { 'run.succeeded': 'completed', 'run.failed': 'failed', 'run.cancelled': 'failed' }[
    type as string
  ];
  if (!status) return undefined;
  const event = `job.${status}`;
  return {
    type: event,
    resourceType: null,
    body: JSON.stringify({ event, job_id: data.runId, status, timestamp: plainTime(time) }),
  };
}

/**
 * DataOS v1. Pipelines, datasets, sources and triggers are told as resources are called; a secret says itself what it
 * is. What else has the event `resource.*` (a webhook, a schedule in its pipeline) is no resource there, and not told.
 */
function tellResource(
  { type, time, data }: Omit<DomainEvent, 'seq'>,
  known: ToldResource | undefined,
): ToldEvent | undefined {
  const verb = known?.event ?? (/^resource\.\w+$/.test(type) ? type : undefined);
  if (!verb) return undefined;
  const { data: resourceType } = knownType.safeParse(known?.type ?? data.resourceType);
  if (!resourceType) return undefined;
  const status = textOf(data.status) ?? (verb === 'resource.deleted' ? 'deleted' : 'active');
  const resource = {
    type: resourceType,
    name: known?.name ?? data.name,
    workspace: known?.workspace ?? textOf(data.workspace) ?? 'public',
    status,
  };
  const timestamp = plainTime(time);
  return { type: verb, resourceType, body: JSON.stringify({ event: verb, timestamp, resource }) };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
