import { z } from 'zod';
import type { AppEventOf } from '../../shared/contract/events.ts';
import {
  defaultAttempts,
  type PauseReason,
  type WebhookSummary,
  type webhooksContract,
} from '../../shared/contract/webhooks.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { parseDuration } from '../../shared/kernel/time.ts';
import { withoutUndefined } from '../../shared/kernel/without-undefined.ts';
import type { StoredDelivery } from '../store/webhook-deliveries-repository.ts';
import type { StoredWebhook } from '../store/webhooks-repository.ts';
import { isOwner } from './author.ts';
import { createSecretBook, type SecretStore } from './secret-book.ts';
import type { ServiceContext } from './service-context.ts';
import type { Author, ParsedInput } from './service-types.ts';
import { hostKey, parseWebhookUrl } from './webhook-address.ts';
import { createDeliveryLog, type DeliveryLog } from './webhook-delivery-log.ts';
import { type AllowedHosts, createAllowedHosts } from './webhook-hosts.ts';
import { createWebhookOutbox, type OutboxParts, type WebhookOutbox } from './webhook-outbox.ts';
import { checkedEvents, createHookCache } from './webhook-rules.ts';
import { checkSecret, newSecret } from './webhook-signature.ts';

type Calls = typeof webhooksContract;
export type CreateWebhook = ParsedInput<Calls['create']>;
export type UpdateWebhook = ParsedInput<Calls['update']>;
type Change = AppEventOf<'webhook.changed'>['change'];

export interface WebhooksService extends DeliveryLog, AllowedHosts {
  /** Reads the secrets; once, before anything is sent. A failure is answered, not thrown. */
  loadSecrets(): Promise<unknown>;
  list(): WebhookSummary[];
  get(id: string): WebhookSummary;
  create(input: CreateWebhook, author: Author): Promise<{ webhook: WebhookSummary; secret: string }>;
  update(input: UpdateWebhook, author: Author): WebhookSummary;
  pause(id: string): WebhookSummary;
  resume(id: string, waiting: 'send' | 'drop'): WebhookSummary;
  rotateSecret(
    input: ParsedInput<Calls['rotateSecret']>,
  ): Promise<{ webhook: WebhookSummary; secret: string }>;
  remove(ids: readonly string[]): Promise<{ removed: number }>;
  /** Throws where the text of an address alone tells that nothing may be sent there for this author. */
  refuseUrl(text: string, author: Author): void;
  readonly outbox: WebhookOutbox;
}

export interface WebhooksOptions {
  readonly secrets: SecretStore;
  /** Why nothing may be sent to a host that is an address, judged without asking the network. */
  readonly refuseAddress?: ((url: URL, allowPrivate: boolean) => string | undefined) | undefined;
  readonly resourceOf?: OutboxParts['resourceOf'];
  /** From 0 up to 1; what spreads retries. */
  readonly random?: (() => number) | undefined;
}

const secretEntry = z.object({
  current: z.string(),
  previous: z.object({ secret: z.string(), until: z.string() }).nullable(),
});

export function createWebhooksService(context: ServiceContext, options: WebhooksOptions): WebhooksService {
  const { store } = context;
  const { webhooks, deliveries } = store;
  const secrets = createSecretBook(options.secrets, 'webhooks', secretEntry);
  const hooks = createHookCache(() => webhooks.list());
  const allowed = createAllowedHosts(store);
  const outbox = createWebhookOutbox(context, hooks, {
    secretsOf,
    mayReachPrivate,
    pause,
    random: options.random ?? Math.random,
    resourceOf: options.resourceOf,
  });

  const log = createDeliveryLog(context, find, outbox.tellWork);

  /** A change of webhooks: the list in memory is read again whether it was committed or undone. */
  function change<Value>(work: () => Value): Value {
    try {
      return store.write(work);
    } finally {
      hooks.forget();
    }
  }

  function find(id: string): StoredWebhook {
    const hook = webhooks.find(id);
    if (!hook) throw new SluiceError('not_found', { what: 'webhook', id });
    return hook;
  }

  function secretsOf(webhookId: string): string[] {
    const entry = secrets.get(webhookId);
    if (!entry) return [];
    const { current, previous } = entry;
    return previous && Date.parse(previous.until) > context.clock.now()
      ? [current, previous.secret]
      : [current];
  }

  function mayReachPrivate({ url, allowPrivate }: Pick<StoredWebhook, 'url' | 'allowPrivate'>): boolean {
    return allowPrivate || allowed.hosts().includes(hostKey(new URL(url)));
  }

  /** Throws where the text alone tells that nothing may be sent there. */
  function checkedUrl(text: string, allowPrivate: boolean): string {
    const url = parseWebhookUrl(text);
    const reason = options.refuseAddress?.(url, mayReachPrivate({ url: url.href, allowPrivate }));
    if (reason) throw new SluiceError('address_refused', { host: url.host, reason });
    return url.href;
  }

  /** The change as a domain event for others, and as a hint for the windows. */
  function tell(hook: StoredWebhook, change: Change): void {
    const { id: resourceId, name, pausedAt, pausedReason, pausedDetail } = hook;
    const status = change === 'removed' ? 'deleted' : pausedAt ? 'paused' : 'active';
    const reason = status === 'paused' && pausedDetail ? { reason: pausedDetail } : {};
    const type =
      change === 'created'
        ? 'resource.created'
        : change === 'removed'
          ? 'resource.deleted'
          : 'resource.updated';
    const itself = change === 'paused' && pausedReason !== null && pausedReason !== 'owner';
    context.record(type, null, {
      resourceType: 'webhook',
      resourceId,
      name,
      status,
      ...reason,
      ...(itself && { automatic: true }),
    });
    context.announce({
      type: 'webhook.changed',
      webhookId: resourceId,
      change,
      ...(itself && { automatic: { name, reason: pausedDetail ?? '' } }),
    });
  }

  function pause(hook: StoredWebhook, reason: PauseReason, detail: string | null): void {
    if (!webhooks.pause(hook.id, { at: context.now(), reason, detail })) return;
    hooks.forget();
    tell(find(hook.id), 'paused');
  }

  function present(hook: StoredWebhook): WebhookSummary {
    const { pausedAt, pausedReason, pausedDetail, ...rest } = hook;
    const previous = secrets.get(hook.id)?.previous;
    const last = deliveries.newest(hook.id);
    return {
      ...rest,
      events: [...hook.events],
      pipelineIds: [...hook.pipelineIds],
      resourceTypes: [...hook.resourceTypes],
      allowPrivate: mayReachPrivate(hook),
      paused: pausedAt && pausedReason ? { at: pausedAt, reason: pausedReason, detail: pausedDetail } : null,
      previousSecretUntil:
        previous && Date.parse(previous.until) > context.clock.now() ? previous.until : null,
      recent: deliveries.recent(hook.id),
      waiting: deliveries.waiting(hook.id),
      last: last ? pickLast(last) : null,
    };
  }

  return {
    outbox,
    refuseUrl: (text, author) => void checkedUrl(text, isOwner(author)),

    async loadSecrets() {
      const failure = await secrets.load();
      await secrets.keepOnly(new Set(webhooks.list().map(({ id }) => id)));
      return failure;
    },

    list: () => webhooks.list().map(present),
    get: (id) => present(find(id)),

    async create(input, author) {
      const secret = input.secret === undefined ? newSecret() : checkSecret(input.secret);
      const allowPrivate = isOwner(author);
      const url = checkedUrl(input.url, allowPrivate);
      const hook: StoredWebhook = {
        id: context.newId(),
        environment: input.environment ?? null,
        name: input.name ?? new URL(url).host,
        url,
        shape: input.shape,
        events: checkedEvents(input.shape, input.events ?? ['*']),
        pipelineIds: input.pipelineIds ?? [],
        resourceTypes: input.resourceTypes ?? [],
        maxAttempts: input.maxAttempts ?? defaultAttempts,
        allowPrivate,
        createdBy: author,
        createdAt: context.now(),
        updatedAt: context.now(),
        pausedAt: null,
        pausedReason: null,
        pausedDetail: null,
        failures: 0,
      };
      // First the secret, then the row: a kill between the two leaves a secret that the next start sweeps.
      await secrets.set(hook.id, { current: secret, previous: null });
      change(() => {
        webhooks.insert(hook, context.workspaceId);
        tell(hook, 'created');
      });
      return { webhook: present(find(hook.id)), secret };
    },

    update: ({ id, ...input }, author) =>
      change(() => {
        const before = find(id);
        const moved = input.url !== undefined && parseWebhookUrl(input.url).href !== before.url;
        // Who names the address answers for it.
        const allowPrivate = moved ? isOwner(author) : before.allowPrivate;
        const hook: StoredWebhook = {
          ...before,
          ...withoutUndefined(input),
          url: moved && input.url !== undefined ? checkedUrl(input.url, allowPrivate) : before.url,
          events: checkedEvents(before.shape, input.events ?? before.events),
          allowPrivate,
          updatedAt: context.now(),
        };
        webhooks.update(hook);
        tell(hook, 'updated');
        return present(find(id));
      }),

    pause: (id) =>
      change(() => {
        pause(find(id), 'owner', null);
        return present(find(id));
      }),

    resume: (id, waiting) =>
      change(() => {
        const hook = find(id);
        if (hook.pausedReason === 'no_secret' && secretsOf(id).length === 0)
          throw new SluiceError('invalid_input', {
            reason: 'The secret of this webhook is lost. Make a new one under "New secret", then resume.',
          });
        if (webhooks.resume(id, context.now())) {
          hooks.forget();
          if (waiting === 'send') deliveries.sendWaiting(id, context.now());
          else deliveries.dropWaiting(id, context.now());
          tell(find(id), 'resumed');
          context.announce({ type: 'delivery.changed', webhookId: id });
          store.afterCommit(() => outbox.tellWork(id));
        }
        return present(find(id));
      }),

    async rotateSecret({ id, overlap, secret: wished }) {
      find(id);
      const secret = wished === undefined ? newSecret() : checkSecret(wished);
      const milliseconds = parseDuration(overlap) ?? 0;
      if (milliseconds > longestOverlap)
        throw new SluiceError('invalid_input', { reason: 'The old secret can live for 30 days at most.' });
      const before = secrets.get(id)?.current;
      const until = new Date(context.clock.now() + milliseconds).toISOString();
      const previous = before !== undefined && milliseconds > 0 ? { secret: before, until } : null;
      await secrets.set(id, { current: secret, previous });
      change(() => tell(find(id), 'rotated'));
      return { webhook: present(find(id)), secret };
    },

    async remove(ids) {
      const removed = change(() =>
        ids.filter((id) => {
          const hook = webhooks.find(id);
          if (!hook || !webhooks.remove(id)) return false;
          hooks.forget();
          tell(hook, 'removed');
          return true;
        }),
      );
      await secrets.remove(removed);
      return { removed: removed.length };
    },

    ...log,

    ...allowed,
  };
}

const longestOverlap = 30 * 24 * 3_600_000;

function pickLast({ id, status, eventType, createdAt, lastStatusCode, lastError }: StoredDelivery) {
  return { id, status, eventType, createdAt, lastStatusCode, lastError };
}
