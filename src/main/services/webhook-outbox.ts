import { type DeliveryAttempt, type PauseReason, patternTakes } from '../../shared/contract/webhooks.ts';
import type { StoredEvent } from '../store/events-repository.ts';
import type { DueDelivery } from '../store/webhook-deliveries-repository.ts';
import type { StoredWebhook } from '../store/webhooks-repository.ts';
import type { ToldResource } from './resources/resource-book.ts';
import type { ServiceContext } from './service-context.ts';
import { type ToldEvent, tellEvent } from './webhook-shapes.ts';
import { waitAfter } from './webhook-waits.ts';

export type { DueDelivery };

/** What an attempt came to. */
export interface AttemptOutcome {
  readonly delivery: DueDelivery;
  readonly attempt: Omit<DeliveryAttempt, 'attempt'>;
  /** Milliseconds that the receiver asked to be left alone. */
  readonly askedWait?: number | undefined;
  /** Sending on makes no sense: 410, or no secret to sign with. */
  readonly stopFor?: Extract<PauseReason, 'gone' | 'no_secret'> | undefined;
}

export interface Endpoint {
  readonly url: string;
  readonly allowPrivate: boolean;
  /** Newest first; empty where the secret is lost. */
  readonly secrets: readonly string[];
}

/** The sender's side of the deliveries. */
export interface WebhookOutbox {
  /** Webhooks with something to send, now or later. */
  withWork(): string[];
  endpoint(webhookId: string): Endpoint | undefined;
  due(webhookId: string, passedOver: readonly number[], limit: number): DueDelivery[];
  /** Unix milliseconds. */
  nextDue(webhookId: string, passedOver: readonly number[]): number | undefined;
  /** Commits what attempts came to: all or nothing. */
  record(outcomes: readonly AttemptOutcome[]): void;
  /** Called after the commit that gave a webhook something to send. */
  onWork(listener: (webhookId: string) => void): void;
}

/** So many attempts in a row must have failed before an endpoint that let a delivery down for good is paused. */
const failuresToPause = 10;

export interface OutboxParts {
  secretsOf(webhookId: string): string[];
  mayReachPrivate(webhook: StoredWebhook): boolean;
  /** Pauses in the transaction under way. */
  pause(webhook: StoredWebhook, reason: PauseReason, detail: string | null): void;
  random(): number;
  /** How an event is told to those who speak of resources. */
  resourceOf?: ((event: StoredEvent) => ToldResource | undefined) | undefined;
}

/** The webhooks as they are now, from memory: every event asks for them. */
export interface WebhookList {
  all(): readonly StoredWebhook[];
  find(id: string): StoredWebhook | undefined;
  /** They are read again: after every change, committed or undone. */
  forget(): void;
}

export function createWebhookOutbox(
  context: ServiceContext,
  hooks: WebhookList,
  parts: OutboxParts,
): WebhookOutbox & { tellWork(webhookId: string): void } {
  const { store } = context;
  const listeners: ((webhookId: string) => void)[] = [];
  const tellWork = (webhookId: string): void => {
    for (const listener of listeners) listener(webhookId);
  };
  context.onRecorded((event) => deliver(event));

  /** In the transaction of the event: there is no event without its deliveries. */
  function deliver(event: StoredEvent): void {
    const told = new Map<string, ToldEvent | undefined>();
    for (const hook of hooks.all()) {
      if (!told.has(hook.shape)) told.set(hook.shape, tell(hook.shape, event));
      const message = told.get(hook.shape);
      if (!message || !wants(hook, event, message)) continue;
      store.deliveries.insert({
        id: context.newId(),
        webhookId: hook.id,
        eventId: event.id,
        eventType: message.type,
        kind: 'event',
        body: message.body,
        maxAttempts: hook.maxAttempts,
        at: event.time,
        replayOf: null,
      });
      context.announce({ type: 'delivery.changed', webhookId: hook.id });
      if (hook.pausedAt === null) store.afterCommit(() => tellWork(hook.id));
    }
  }

  function tell(shape: StoredWebhook['shape'], event: StoredEvent): ToldEvent | undefined {
    return tellEvent(shape, event, shape === 'resource' ? parts.resourceOf?.(event) : undefined);
  }

  function settle({ delivery, attempt, askedWait, stopFor }: AttemptOutcome): void {
    const { seq, webhookId } = delivery;
    const attempts = delivery.attempts + 1;
    const delivered = attempt.error === null;
    const over = delivered || stopFor !== undefined || attempts >= delivery.maxAttempts;
    const next = new Date(context.clock.now() + waitAfter(attempts, parts.random(), askedWait)).toISOString();
    const moved = over
      ? store.deliveries.finish(seq, attempts, delivered ? 'delivered' : 'failed', context.now())
      : store.deliveries.postpone(seq, attempts, next);
    // It was dropped, or removed with its webhook, while it was under way.
    if (!moved) return;
    store.webhookAttempts.insert(seq, { attempt: attempts, ...attempt });
    if (delivered) store.webhooks.clearFailures(webhookId);
    else if (delivery.kind === 'event') countFailure(webhookId, attempt.message, over, stopFor);
  }

  function countFailure(
    webhookId: string,
    message: string | null,
    over: boolean,
    stopFor: AttemptOutcome['stopFor'],
  ): void {
    const failures = store.webhooks.countFailure(webhookId);
    const hook = store.webhooks.find(webhookId);
    if (!hook || hook.pausedAt !== null) return;
    if (stopFor) parts.pause(hook, stopFor, message);
    else if (over && failures >= failuresToPause) parts.pause(hook, 'failing', message);
  }

  return {
    tellWork,
    withWork: () => store.deliveries.webhooksWithWork(),
    endpoint(webhookId) {
      const hook = hooks.find(webhookId);
      if (!hook) return undefined;
      return {
        url: hook.url,
        allowPrivate: parts.mayReachPrivate(hook),
        secrets: parts.secretsOf(webhookId),
      };
    },
    due: (webhookId, passedOver, limit) => store.deliveries.due(webhookId, context.now(), passedOver, limit),
    nextDue(webhookId, passedOver) {
      const at = store.deliveries.nextDue(webhookId, passedOver);
      return at === undefined ? undefined : Date.parse(at);
    },
    record(outcomes) {
      try {
        store.write(() => {
          for (const outcome of outcomes) settle(outcome);
          for (const webhookId of new Set(outcomes.map(({ delivery }) => delivery.webhookId)))
            context.announce({ type: 'delivery.changed', webhookId });
        });
      } finally {
        // One of them may have paused its endpoint.
        if (outcomes.some(({ attempt }) => attempt.error !== null)) hooks.forget();
      }
    },
    onWork: (listener) => void listeners.push(listener),
  };
}

function wants(hook: StoredWebhook, event: StoredEvent, told: ToldEvent): boolean {
  if (event.environment !== null && hook.environment !== null && event.environment !== hook.environment)
    return false;
  // What happens to a webhook is not told to itself: its own pause could not reach it.
  if (event.resourceType === 'webhook' && event.resourceId === hook.id) return false;
  if (!hook.events.some((pattern) => patternTakes(pattern, told.type))) return false;
  if (hook.pipelineIds.length > 0 && !hook.pipelineIds.includes(event.pipelineId ?? '')) return false;
  return (
    told.resourceType === null ||
    hook.resourceTypes.length === 0 ||
    hook.resourceTypes.includes(told.resourceType)
  );
}
