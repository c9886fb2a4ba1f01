import type { DeliveryDetail, DeliverySummary, webhooksContract } from '../../shared/contract/webhooks.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { StoredDelivery } from '../store/webhook-deliveries-repository.ts';
import type { StoredWebhook } from '../store/webhooks-repository.ts';
import type { ServiceContext } from './service-context.ts';
import type { ParsedInput } from './service-types.ts';
import { testMessage } from './webhook-rules.ts';
import { plainHeaders } from './webhook-signature.ts';

export type DeliveriesInput = ParsedInput<(typeof webhooksContract)['deliveries']>;

/** The log of deliveries, and what is sent by hand. */
export interface DeliveryLog {
  /** Sends a test event once, paused or not. */
  test(webhookId: string): DeliverySummary;
  deliveries(input: DeliveriesInput): { deliveries: DeliverySummary[]; next: string | null; total: number };
  delivery(id: string): DeliveryDetail;
  /** Each as a new delivery of the same event, with the same id and body. */
  replay(ids: readonly string[]): DeliverySummary[];
  /** Deliveries made before an ISO time. */
  countBefore(before: string): number;
  /**
   * Deletes them with their attempts, at most `limit`; answers how many. One that still waits goes as well: it is as
   * old.
   */
  prune(before: string, limit: number): number;
}

/** A replay or test on a paused endpoint is tried once: retries would outlive the person who asked. */
const once = 1;

export function createDeliveryLog(
  context: ServiceContext,
  find: (webhookId: string) => StoredWebhook,
  tellWork: (webhookId: string) => void,
): DeliveryLog {
  const { store } = context;
  const { deliveries } = store;

  function findDelivery(id: string): StoredDelivery {
    const delivery = deliveries.find(id);
    if (!delivery) throw new SluiceError('not_found', { what: 'delivery', id });
    return delivery;
  }

  function insertDelivery(
    hook: StoredWebhook,
    delivery: Pick<DeliverySummary, 'eventId' | 'eventType' | 'kind' | 'replayOf'> & { body: string },
  ): DeliverySummary {
    const id = context.newId();
    const maxAttempts = delivery.kind === 'test' || hook.pausedAt ? once : hook.maxAttempts;
    deliveries.insert({ ...delivery, id, webhookId: hook.id, maxAttempts, at: context.now() });
    context.announce({ type: 'delivery.changed', webhookId: hook.id });
    store.afterCommit(() => tellWork(hook.id));
    return withoutSeq(findDelivery(id));
  }

  return {
    test: (id) =>
      store.write(() => {
        const hook = find(id);
        const eventId = context.newId();
        return insertDelivery(hook, {
          eventId,
          kind: 'test',
          replayOf: null,
          ...testMessage(hook, eventId, context.now()),
        });
      }),

    deliveries({ cursor, limit, ...filter }) {
      const page = deliveries.list(filter, cursor === undefined ? undefined : Number(cursor), limit + 1);
      const shown = page.slice(0, limit);
      const next = page.length > limit ? String(shown.at(-1)?.seq) : null;
      return { deliveries: shown.map(withoutSeq), next, total: deliveries.count(filter) };
    },

    delivery(id) {
      const delivery = findDelivery(id);
      const log = store.webhookAttempts.list(delivery.seq);
      const sentAt = Date.parse(log.at(-1)?.time ?? context.now());
      return {
        ...withoutSeq(delivery),
        url: find(delivery.webhookId).url,
        body: deliveries.body(id),
        headers: plainHeaders(id, delivery.eventId, Math.floor(sentAt / 1000)),
        log,
      };
    },

    replay: (ids) =>
      store.write(() =>
        ids.map((id) => {
          const { webhookId, eventId, eventType } = findDelivery(id);
          const body = deliveries.body(id);
          return insertDelivery(find(webhookId), { eventId, eventType, body, kind: 'replay', replayOf: id });
        }),
      ),

    countBefore: (before) => deliveries.countBefore(before),
    prune: (before, limit) => store.write(() => deliveries.prune(before, limit)),
  };
}

function withoutSeq({ seq: _seq, ...delivery }: StoredDelivery): DeliverySummary {
  return delivery;
}
