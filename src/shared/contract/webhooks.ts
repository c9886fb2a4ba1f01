import { oc } from '@orpc/contract';
import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import { durationPattern, isoTime } from '../kernel/time.ts';
import { environment } from './domain.ts';
import { domainEvent, domainEventTypes } from './domain-events.ts';

/**
 * How the body of a delivery looks. `sluice` carries any domain event; `job` and `resource` are the bodies that the
 * DataFlow and the DataOS API document, with the event names of theirs.
 */
export const webhookShape = z.enum(['sluice', 'job', 'resource']);
export type WebhookShape = z.infer<typeof webhookShape>;

/** The events that each shape knows. */
export const shapeEvents: Readonly<Record<WebhookShape, readonly string[]>> = {
  sluice: domainEventTypes,
  job: ['job.completed', 'job.failed'],
  resource: ['resource.created', 'resource.updated', 'resource.deleted'],
};

/** Tries in all, the first one included. */
export const defaultAttempts = 4;
export const mostAttempts = 10;

/** Hosts of the owner's network that may be allowed to webhooks made with keys. */
export const mostHosts = 100;

/** True when a pattern (`*`, `run.*`, or one name) takes an event. */
export function patternTakes(pattern: string, type: string): boolean {
  if (pattern === '*' || pattern === type) return true;
  return pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1));
}

export const pauseReason = z.enum(['owner', 'failing', 'gone', 'no_secret']);
export type PauseReason = z.infer<typeof pauseReason>;

export const deliveryStatus = z.enum(['pending', 'delivered', 'failed', 'dropped']);
export type DeliveryStatus = z.infer<typeof deliveryStatus>;

/** Why an attempt failed, for programs. */
export const attemptError = z.enum([
  'address_refused',
  'name_unknown',
  'refused',
  'unreachable',
  'tls',
  'timeout',
  'redirect',
  'status',
  'bad_answer',
  'no_secret',
]);
export type AttemptError = z.infer<typeof attemptError>;

export const deliverySummary = z.object({
  id: uuid,
  webhookId: uuid,
  webhookName: z.string(),
  /** What receivers tell duplicates apart by: the header `webhook-id`. */
  eventId: uuid,
  eventType: z.string(),
  kind: z.enum(['event', 'replay', 'test']),
  status: deliveryStatus,
  attempts: z.int(),
  maxAttempts: z.int(),
  nextAttemptAt: isoTime.nullable(),
  createdAt: isoTime,
  finishedAt: isoTime.nullable(),
  /** The delivery that this one repeats. */
  replayOf: uuid.nullable(),
  /** Of the newest attempt. */
  lastStatusCode: z.int().nullable(),
  lastError: attemptError.nullable(),
  lastMessage: z.string().nullable(),
  lastMilliseconds: z.number().nullable(),
});
export type DeliverySummary = z.infer<typeof deliverySummary>;

export const deliveryAttempt = z.object({
  attempt: z.int(),
  time: isoTime,
  milliseconds: z.number(),
  statusCode: z.int().nullable(),
  error: attemptError.nullable(),
  message: z.string().nullable(),
  /** The first 4 KB of what was answered. */
  answer: z.string().nullable(),
});
export type DeliveryAttempt = z.infer<typeof deliveryAttempt>;

export const deliveryDetail = deliverySummary.extend({
  url: z.string(),
  body: z.string(),
  /** As they are sent; signatures are not kept. */
  headers: z.record(z.string(), z.string()),
  /** Oldest first. */
  log: z.array(deliveryAttempt),
});
export type DeliveryDetail = z.infer<typeof deliveryDetail>;

export const webhookSummary = z.object({
  id: uuid,
  name: z.string(),
  url: z.string(),
  /** Null: events of both. */
  environment: environment.nullable(),
  shape: webhookShape,
  events: z.array(z.string()),
  /** Empty: of all pipelines. */
  pipelineIds: z.array(uuid),
  /** Empty: of all types. Concerns the events `resource.*` alone. */
  resourceTypes: z.array(z.string()),
  maxAttempts: z.int(),
  /** May reach this machine and its local network: true where the owner made it. */
  allowPrivate: z.boolean(),
  createdBy: z.string(),
  createdAt: isoTime,
  updatedAt: isoTime,
  paused: z.object({ at: isoTime, reason: pauseReason, detail: z.string().nullable() }).nullable(),
  /** Attempts that failed since the last one that did not. */
  failures: z.int(),
  /** Until then deliveries are signed with the secret before as well. */
  previousSecretUntil: isoTime.nullable(),
  /** Of the last 100 deliveries that ended. */
  recent: z.object({ delivered: z.int(), failed: z.int() }),
  waiting: z.int(),
  last: deliverySummary
    .pick({ id: true, status: true, eventType: true, createdAt: true, lastStatusCode: true, lastError: true })
    .nullable(),
});
export type WebhookSummary = z.infer<typeof webhookSummary>;

const events = z.array(z.string().min(1).max(60)).min(1).max(60);
const secret = z.string().min(16).max(200);

const editable = z.object({
  name: z.string().trim().min(1).max(200),
  url: z.string().trim().min(1).max(2000),
  environment: environment.nullable(),
  events,
  pipelineIds: z.array(uuid).max(200),
  resourceTypes: z.array(z.string().min(1).max(60)).max(50),
  maxAttempts: z.int().min(1).max(mostAttempts),
});

const byId = z.object({ id: uuid });
const withSecret = z.object({ webhook: webhookSummary, secret: z.string() });

export const webhooksContract = {
  list: oc.input(z.object({}).default({})).output(z.array(webhookSummary)),
  get: oc.input(byId).output(webhookSummary),
  /** The answer holds the secret: the one time that it is shown, beside a rotation. */
  create: oc
    .input(
      editable.partial().extend({
        url: editable.shape.url,
        shape: webhookShape.default('sluice'),
        /** One of your own: `whsec_` and base64 of 24 to 64 bytes, or any text of 16 characters or more. */
        secret: secret.optional(),
      }),
    )
    .output(withSecret),
  update: oc.input(editable.partial().extend({ id: uuid })).output(webhookSummary),
  pause: oc.input(byId).output(webhookSummary),
  /** What waited meanwhile is sent, oldest first, or dropped. */
  resume: oc.input(byId.extend({ waiting: z.enum(['send', 'drop']).default('send') })).output(webhookSummary),
  /** A new secret. For the overlap every delivery is signed with the old one too. */
  rotateSecret: oc
    .input(
      byId.extend({ overlap: z.string().regex(durationPattern).default('24h'), secret: secret.optional() }),
    )
    .output(withSecret),
  remove: oc.input(z.object({ ids: z.array(uuid).min(1).max(1000) })).output(z.object({ removed: z.int() })),
  /** Sends a test event once, paused or not. Its end is seen in the delivery. */
  test: oc.input(byId).output(deliverySummary),
  /** Newest first. `cursor` is the answer's `next` of the page before. */
  deliveries: oc
    .input(
      z.object({
        webhookId: uuid.optional(),
        statuses: z.array(deliveryStatus).optional(),
        eventType: z.string().optional(),
        /** Of this event or replay: an id, or its beginning. */
        search: z.string().max(100).optional(),
        cursor: z.string().regex(/^\d+$/).optional(),
        limit: z.int().min(1).max(500).default(100),
      }),
    )
    .output(z.object({ deliveries: z.array(deliverySummary), next: z.string().nullable(), total: z.int() })),
  delivery: oc.input(byId).output(deliveryDetail),
  /** Each as a new delivery of the same event, with the same id and body. */
  replay: oc.input(z.object({ ids: z.array(uuid).min(1).max(1000) })).output(z.array(deliverySummary)),
  /** Hosts (`name:port`) on this machine or its network that webhooks made with an API key may reach too. */
  hosts: oc.input(z.object({}).default({})).output(z.array(z.string())),
  saveHosts: oc
    .input(z.object({ hosts: z.array(z.string().trim().min(1).max(300)).max(mostHosts) }))
    .output(z.array(z.string())),
  /** Adds to them, or takes off: hosts with or without a port, or whole addresses. Answers all. */
  allowHosts: oc
    .input(
      z.object({
        hosts: z.array(z.string().trim().min(1).max(2048)).min(1).max(mostHosts),
        allowed: z.boolean(),
      }),
    )
    .output(z.array(z.string())),
};

export const eventsContract = {
  /** Oldest first, those recorded after `after`; without it the newest ones. `next` is where to go on. */
  list: oc
    .input(
      z
        .object({
          after: z.int().min(0).optional(),
          /** Names, `run.*` or `*`. */
          types: z.array(z.string().min(1).max(60)).max(60).optional(),
          limit: z.int().min(1).max(1000).default(100),
        })
        .default({ limit: 100 }),
    )
    .output(z.object({ events: z.array(domainEvent), next: z.int() })),
};

/** A pattern that no event of the shape matches would never send anything. */
export function unknownPatterns(shape: WebhookShape, patterns: readonly string[]): string[] {
  return patterns.filter((pattern) => !shapeEvents[shape].some((type) => patternTakes(pattern, type)));
}
