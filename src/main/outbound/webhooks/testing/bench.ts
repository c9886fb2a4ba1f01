import { onTestFinished } from 'vitest';
import { silentLog } from '../../../platform/log.ts';
import type { WebhookOutbox } from '../../../services/index.ts';
import { type ServicesBench, sampleDocument, tempServices } from '../../../services/testing/temp-services.ts';
import type { CreateWebhook } from '../../../services/webhooks-service.ts';
import { urlRefusal } from '../address-rules.ts';
import { createWebhookSender, type WebhookSender } from '../sender.ts';

export interface HookBench extends ServicesBench {
  readonly sender: WebhookSender;
  /** A webhook of the owner for every pipeline event, unless told otherwise. */
  hook(input: Partial<CreateWebhook> & { url: string }): Promise<{ id: string; secret: string }>;
  /** Records events, one a pipeline. */
  makeEvents(count: number): void;
  /** Moves the clock on, and waits until everything due then was tried. */
  pass(milliseconds: number): Promise<void>;
}

export interface HookBenchOptions {
  readonly bench?: ServicesBench;
  readonly outbox?: (outbox: WebhookOutbox) => WebhookOutbox;
  readonly ownPort?: number;
}

/** Real services and a real sender over a clock that the test moves. */
export function hookBench(options: HookBenchOptions = {}): HookBench {
  const bench =
    options.bench ??
    tempServices(undefined, undefined, {
      refuseAddress: (url, allowPrivate) => urlRefusal(url, { allowPrivate, ownPort: undefined }),
    });
  const { services, clock } = bench;
  const sender = createWebhookSender({
    outbox: options.outbox?.(services.webhooks.outbox) ?? services.webhooks.outbox,
    clock,
    log: silentLog,
    ownPort: () => options.ownPort,
  });
  sender.start();
  onTestFinished(() => sender.stop());
  return {
    ...bench,
    sender,
    async hook(input) {
      const { webhook, secret } = await services.webhooks.create(
        { shape: 'sluice', events: ['pipeline.*'], ...input },
        'window',
      );
      return { id: webhook.id, secret };
    },
    makeEvents: (count) =>
      bench.store.write(() => {
        for (let made = 0; made < count; made += 1)
          services.pipelines.create(sampleDocument(`P ${made}`), 'window');
      }),
    async pass(milliseconds) {
      clock.advance(milliseconds);
      await sender.idle();
    },
  };
}
