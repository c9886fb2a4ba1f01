import type { FastifyInstance } from 'fastify';
import type { KeySummary } from '../../../../shared/contract/domain.ts';
import type { DeliverySummary, WebhookSummary } from '../../../../shared/contract/webhooks.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { authorOf } from '../../../services/author.ts';
import { keyOf } from '../../plugins/door-guard.ts';
import { addRoute, refuseOtherMethods } from '../../route-kit.ts';
import { toDelivery, toWebhook } from './answers.ts';
import type { DataosDoorPorts } from './ports.ts';
import {
  createWebhookBody,
  deliveryAnswer,
  idPath,
  newWebhookAnswer,
  pageOf,
  pageQuery,
  webhookAnswer,
  webhookBody,
  webhookGone,
} from './schemas.ts';

const listUrl = '/v1/webhooks';
const url = `${listUrl}/:id`;
const deliveriesUrl = `${url}/deliveries`;
const tag = 'Webhooks';
const scope = 'dataos:webhooks';
const id = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';
const bodyExample = {
  url: 'https://myapp.com/webhook',
  events: ['resource.created', 'resource.updated'],
  resources: ['workflow', 'service'],
};
const example = { id, name: 'myapp.com', ...bodyExample, status: 'active', created: '2024-01-01T00:00:00Z' };
const told = {
  description: 'The webhook.',
  schema: webhookAnswer,
  examples: { webhook: { value: example } },
};
const exampleDelivery = {
  id,
  event: 'resource.created',
  status: 'delivered',
  attempts: 1,
  response_status: 200,
  error: null,
  created: '2024-01-01T10:00:00Z',
  finished: '2024-01-01T10:00:01Z',
};
const refusesUrl = { address_refused: { host: '10.0.0.7', reason: 'It lies on the local network.' } };

export function addWebhooks(door: FastifyInstance, ports: DataosDoorPorts): void {
  addReading(door, ports);
  addCreate(door, ports);
  addChanges(door, ports);
  addDeliveries(door, ports);
  refuseOtherMethods(door, listUrl, ['GET', 'POST']);
  refuseOtherMethods(door, url, ['GET', 'PUT', 'DELETE']);
  refuseOtherMethods(door, deliveriesUrl, ['GET']);
}

function addReading(door: FastifyInstance, ports: DataosDoorPorts): void {
  addRoute(door, {
    method: 'GET',
    url: listUrl,
    operation: {
      summary: 'List webhooks',
      description: 'Those that keys of this environment made.',
      tag,
      scope,
      query: pageQuery,
      answers: {
        200: {
          description: 'A page of webhooks.',
          schema: pageOf(webhookAnswer),
          examples: { webhooks: { value: { data: [example], meta: { total: 1, limit: 20, offset: 0 } } } },
        },
      },
    },
    handler: ({ query: { limit, offset }, request }) => {
      const all = ports.webhooks.list().filter((hook) => isSeen(hook, keyOf(request)));
      const data = all.slice(offset, offset + limit).map(toWebhook);
      return { data, meta: { total: all.length, limit, offset } };
    },
  });
  addRoute(door, {
    method: 'GET',
    url,
    operation: {
      summary: 'Get webhook',
      tag,
      scope,
      params: idPath,
      answers: { 200: told },
    },
    handler: ({ params, request }) => toWebhook(find(ports, params.id, keyOf(request))),
  });
}

function addCreate(door: FastifyInstance, { webhooks }: DataosDoorPorts): void {
  addRoute(door, {
    method: 'POST',
    url: listUrl,
    operation: {
      summary: 'Create webhook',
      description:
        'Events of resources are sent to the address, signed with the secret. Addresses on this machine and its network are refused unless the owner allowed the host.',
      tag,
      scope,
      body: createWebhookBody,
      bodyExamples: { webhook: { value: bodyExample } },
      refuses: {
        ...refusesUrl,
        secrets_unreadable: { name: 'webhooks' },
        key_limited: { what: 'webhook' },
      },
      answers: {
        201: {
          description: 'The webhook with its secret, which is shown this once.',
          schema: newWebhookAnswer,
          examples: { webhook: { value: { ...example, secret: 'whsec_...' } } },
        },
      },
    },
    handler: async ({ body: { url: address, events, resources, name, secret }, request, reply }) => {
      const key = keyOf(request);
      // A webhook without pipelines tells of all of them.
      if (key.pipelineIds?.length === 0) throw new SluiceError('key_limited', { what: 'webhook' });
      const { webhook, secret: made } = await webhooks.create(
        {
          url: address,
          shape: 'resource',
          events,
          resourceTypes: resources,
          environment: key.environment,
          pipelineIds: key.pipelineIds ?? [],
          name,
          secret,
        },
        authorOf(key),
      );
      void reply.status(201).header('cache-control', 'no-store');
      return { ...toWebhook(webhook), secret: made };
    },
  });
}

function addChanges(door: FastifyInstance, ports: DataosDoorPorts): void {
  addRoute(door, {
    method: 'PUT',
    url,
    operation: {
      summary: 'Update webhook',
      description: 'Replaces address, events and types; the secret stays.',
      tag,
      scope,
      params: idPath,
      body: webhookBody,
      bodyExamples: { webhook: { value: bodyExample } },
      refuses: refusesUrl,
      answers: { 200: told },
    },
    handler: ({ params, body: { url: address, events, resources, name }, request }) => {
      const key = keyOf(request);
      const before = find(ports, params.id, key);
      const change = { id: before.id, url: address, events, resourceTypes: resources, name };
      return toWebhook(ports.webhooks.update(change, authorOf(key)));
    },
  });
  addRoute(door, {
    method: 'DELETE',
    url,
    operation: {
      summary: 'Delete webhook',
      tag,
      scope,
      params: idPath,
      answers: {
        200: {
          description: 'It is gone.',
          schema: webhookGone,
          examples: { deleted: { value: { message: 'Webhook deleted successfully', webhook: { id } } } },
        },
      },
    },
    handler: async ({ params, request }) => {
      const webhook = find(ports, params.id, keyOf(request));
      await ports.webhooks.remove([webhook.id]);
      return { message: 'Webhook deleted successfully', webhook: { id: webhook.id } };
    },
  });
}

function addDeliveries(door: FastifyInstance, ports: DataosDoorPorts): void {
  addRoute(door, {
    method: 'GET',
    url: deliveriesUrl,
    operation: {
      summary: 'List deliveries',
      description: 'Newest first.',
      tag,
      scope,
      params: idPath,
      query: pageQuery,
      answers: {
        200: {
          description: 'A page of deliveries.',
          schema: pageOf(deliveryAnswer),
          examples: {
            deliveries: { value: { data: [exampleDelivery], meta: { total: 1, limit: 20, offset: 0 } } },
          },
        },
      },
    },
    handler: ({ params, query: { limit, offset }, request }) => {
      const webhook = find(ports, params.id, keyOf(request));
      const { deliveries, total } = pageAt(ports, webhook.id, offset, limit);
      return { data: deliveries.map(toDelivery), meta: { total, limit, offset } };
    },
  });
}

/** The log of deliveries goes on by a cursor: an offset is walked to. */
function pageAt({ webhooks }: DataosDoorPorts, webhookId: string, offset: number, limit: number) {
  const found: DeliverySummary[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = webhooks.deliveries({
      webhookId,
      limit: Math.min(500, offset + limit),
      ...(cursor !== undefined && { cursor }),
    });
    if (offset >= page.total) return { deliveries: [], total: page.total };
    found.push(...page.deliveries);
    if (found.length >= offset + limit || page.next === null)
      return { deliveries: found.slice(offset, offset + limit), total: page.total };
    cursor = page.next;
  }
}

/** The owner's own webhooks are not the business of keys, nor are those that tell of more than the key reaches. */
function isSeen(hook: WebhookSummary, key: KeySummary): boolean {
  if (hook.shape !== 'resource' || hook.environment !== key.environment) return false;
  if (!hook.createdBy.startsWith('key:')) return false;
  const { pipelineIds } = key;
  return (
    pipelineIds === null ||
    (hook.pipelineIds.length > 0 && hook.pipelineIds.every((pipeline) => pipelineIds.includes(pipeline)))
  );
}

function find({ webhooks }: DataosDoorPorts, wished: string, key: KeySummary): WebhookSummary {
  const hook = webhooks.list().find((one) => one.id === wished.toLowerCase() && isSeen(one, key));
  if (!hook) throw new SluiceError('not_found', { what: 'webhook', id: wished });
  return hook;
}
