import { unknownPatterns, type WebhookShape } from '../../shared/contract/webhooks.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { StoredWebhook } from '../store/webhooks-repository.ts';
import type { WebhookList } from './webhook-outbox.ts';
import { sluiceBody, tellEvent } from './webhook-shapes.ts';

/** Throws invalid_input for a pattern that no event of the shape could match. */
export function checkedEvents(shape: WebhookShape, events: readonly string[]): string[] {
  const [stranger] = unknownPatterns(shape, events);
  if (stranger === undefined) return [...new Set(events)];
  throw new SluiceError('invalid_input', {
    reason: `There is no event "${stranger}" for this kind of webhook. The events are listed in docs/events.md.`,
  });
}

/** Sent by hand alone, so it is no domain event. */
const testEvent = 'webhook.test';

/** A body of the webhook's own shape that changes nothing at its receiver. */
export function testMessage(
  hook: StoredWebhook,
  id: string,
  time: string,
): { eventType: string; body: string } {
  const about = { resourceType: 'workflow', name: 'webhook-test', status: 'active' };
  const runId = '00000000-0000-7000-8000-000000000000';
  const told =
    hook.shape === 'job'
      ? tellEvent('job', { id, type: 'run.succeeded', time, environment: null, data: { runId } })
      : hook.shape === 'resource'
        ? tellEvent('resource', { id, type: 'resource.updated', time, environment: null, data: about })
        : undefined;
  if (told) return { eventType: told.type, body: told.body };
  const data = { webhookId: hook.id, name: hook.name };
  return { eventType: testEvent, body: sluiceBody({ id, type: testEvent, time, environment: null, data }) };
}

/** The webhooks in memory, read when they are asked for after a change. */
export function createHookCache(read: () => StoredWebhook[]): WebhookList {
  let known: StoredWebhook[] | undefined;
  const all = () => {
    known ??= read();
    return known;
  };
  return {
    all,
    find: (id: string) => all().find((hook) => hook.id === id),
    forget: () => {
      known = undefined;
    },
  };
}
