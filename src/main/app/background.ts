import type { EngineLoad } from '../engine/index.ts';
import { createNotices } from '../outbound/notices/dispatcher.ts';
import { createWebhookSender } from '../outbound/webhooks/sender.ts';
import type { Notifications } from '../platform/notifications.ts';
import { hostKey } from '../services/webhook-address.ts';
import { createTriggers } from '../triggers/index.ts';
import type { openCore } from './core.ts';

export interface BackgroundParts {
  readonly core: Awaited<ReturnType<typeof openCore>>;
  readonly notifications: Notifications;
  /** The address that this app listens at; known once it listens. */
  url(): string;
  load(): Pick<EngineLoad, 'running' | 'queued'>;
}

/**
 * What works beside the engine while the app listens: triggers start runs, webhooks and notices leave, retention and the
 * store's upkeep tidy. Made before the calls that speak of them, started once the address is known and the engine runs.
 */
export function createBackground({ core, notifications, url, load }: BackgroundParts) {
  const { services, events, clock, log, closing } = core;
  const triggers = createTriggers({ services, events, clock, log });
  closing.push(() => triggers.stop());
  const ownPort = () => Number(new URL(url()).port);
  const notices = createNotices({
    notices: services.notices,
    events,
    notifications,
    clock,
    link: (route) => `${url()}/${route}`,
    guard: (target) => ({
      allowPrivate: services.webhooks.hosts().includes(hostKey(target)),
      ownPort: ownPort(),
    }),
    log,
  });
  const sender = createWebhookSender({
    outbox: services.webhooks.outbox,
    clock,
    log,
    ownPort,
  });
  return {
    triggers,
    notices,
    async start(): Promise<void> {
      triggers.start();
      closing.push(() => sender.stop());
      sender.start();
      await notices.start();
      closing.push(() => notices.stop());
      services.retention.start();
      closing.push(() => services.care.stop());
      // Upkeep of the store is kept for moments when nothing runs and nothing waits.
      services.care.start(() => load().running + load().queued === 0);
    },
  };
}
