import type { DomainEvent } from '../../shared/contract/domain-events.ts';
import type { WebhookShape } from '../../shared/contract/webhooks.ts';

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

/** Undefined where the shape has no word for the event. */
export function tellEvent(
  shape: WebhookShape,
  event: Omit<DomainEvent, 'seq'>,
  workspace: string,
): ToldEvent | undefined {
  if (shape === 'job') return tellJob(event);
  if (shape === 'resource') return tellResource(event, workspace);
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

/** DataFlow v2: `job.completed`, whatever the end was; the status says it in that API's words. */
function tellJob({ type, time, data }: Omit<DomainEvent, 'seq'>): ToldEvent | undefined {
  const status = { 'run.succeeded': 'completed', 'run.failed': 'failed', 'run.cancelled': 'failed' }[
    type as string
  ];
  if (!status) return undefined;
  const event = 'job.completed';
  return {
    type: event,
    resourceType: null,
    body: JSON.stringify({ event, job_id: data.runId, status, timestamp: time }),
  };
}

const pipelineVerbs: Readonly<Record<string, string>> = {
  'pipeline.created': 'created',
  'pipeline.saved': 'updated',
  'pipeline.renamed': 'updated',
  'pipeline.removed': 'deleted',
  'pipeline.restored': 'created',
};

/** DataOS v1: a pipeline is a resource of the type `workflow`. */
function tellResource(
  { type, time, data }: Omit<DomainEvent, 'seq'>,
  workspace: string,
): ToldEvent | undefined {
  const verb = pipelineVerbs[type] ?? /^resource\.(\w+)$/.exec(type)?.[1];
  if (!verb) return undefined;
  const event = `resource.${verb}`;
  const resourceType = type.startsWith('pipeline.') ? 'workflow' : textOf(data.resourceType);
  const status = textOf(data.status) ?? (verb === 'deleted' ? 'deleted' : 'active');
  const resource = { type: resourceType, name: data.name, workspace, status };
  return { type: event, resourceType, body: JSON.stringify({ event, timestamp: time, resource }) };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
