import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plainTime } from '../../shared/kernel/time.ts';
import { fileSecrets } from '../platform/secrets.ts';
import { type ServicesBench, sampleDocument, tempServices } from './testing/temp-services.ts';
import type { CreateWebhook } from './webhooks-service.ts';

const input = (extra: Partial<CreateWebhook> = {}): CreateWebhook => ({
  url: 'http://127.0.0.1:9/hook',
  shape: 'sluice',
  ...extra,
});

async function made(bench: ServicesBench, extra: Partial<CreateWebhook> = {}): Promise<string> {
  return (await bench.services.webhooks.create(input(extra), 'window')).webhook.id;
}

const eventTypes = (bench: ServicesBench, webhookId: string): string[] =>
  bench.services.webhooks
    .deliveries({ webhookId, limit: 500 })
    .deliveries.map(({ eventType }) => eventType)
    .reverse();

describe('deliveries', () => {
  test('exist exactly when their event does: an undone change leaves neither', async () => {
    const bench = tempServices();
    const id = await made(bench);
    const newest = bench.store.events.newest();
    expect(() =>
      bench.store.write(() => {
        bench.services.pipelines.create(sampleDocument(), 'window');
        throw new Error('undone');
      }),
    ).toThrow('undone');
    expect(bench.store.events.newest()).toBe(newest);
    expect(eventTypes(bench, id)).toEqual([]);
    const { id: pipelineId } = bench.services.pipelines.create(sampleDocument(), 'window');
    const [event] = bench.store.events.after(newest, 10);
    const [delivery] = bench.services.webhooks.deliveries({ webhookId: id, limit: 10 }).deliveries;
    expect(event).toMatchObject({ type: 'pipeline.created', pipelineId });
    expect(delivery).toMatchObject({ eventId: event?.id, eventType: 'pipeline.created', status: 'pending' });
  });

  test('follow the patterns, the pipelines, the resource types and the environment', async () => {
    const bench = tempServices();
    const { pipelines, keys, webhooks } = bench.services;
    const kept = pipelines.create(sampleDocument('Kept'), 'window');
    const everything = await made(bench, { name: 'everything' });
    const exact = await made(bench, { name: 'exact', events: ['pipeline.renamed'] });
    const group = await made(bench, { name: 'group', events: ['key.*'], environment: 'sandbox' });
    const one = await made(bench, { name: 'one', pipelineIds: [kept.id] });
    const hooks = await made(bench, { name: 'hooks', events: ['resource.*'], resourceTypes: ['schedule'] });
    const begin = eventTypes(bench, everything).length;

    pipelines.rename(kept.id, 'Renamed', 'window');
    pipelines.create(sampleDocument('Other'), 'window');
    const key = { name: 'k', scopes: ['all' as const], plan: 'standard' as const };
    keys.create({ ...key, environment: 'live' });
    const sandbox = keys.create({ ...key, environment: 'sandbox' });
    keys.revoke(sandbox.id);
    webhooks.pause(exact);

    expect(eventTypes(bench, everything).slice(begin)).toEqual([
      'pipeline.renamed',
      'pipeline.created',
      'key.created',
      'key.created',
      'key.revoked',
      'resource.updated',
    ]);
    expect(eventTypes(bench, exact)).toEqual(['pipeline.renamed']);
    expect(eventTypes(bench, group)).toEqual(['key.created', 'key.revoked']);
    expect(eventTypes(bench, one)).toEqual(['pipeline.renamed']);
    expect(eventTypes(bench, hooks)).toEqual([]);
  });

  test('have the documented bodies', async () => {
    const bench = tempServices();
    const { store, services } = bench;
    const sluice = await made(bench, { name: 's' });
    const job = await made(bench, { name: 'j', shape: 'job' });
    const resource = await made(bench, { name: 'r', shape: 'resource', resourceTypes: ['workflow'] });
    const { id: pipelineId } = services.pipelines.create(sampleDocument('Orders'), 'window');
    const bodyOf = (webhookId: string) => {
      const [delivery] = services.webhooks.deliveries({ webhookId, limit: 1 }).deliveries;
      return delivery && services.webhooks.delivery(delivery.id).body;
    };
    const event = store.events.after(0, 100).at(-1);
    expect(bodyOf(sluice)).toBe(
      `{"id":"${event?.id}","type":"pipeline.created","timestamp":"${event?.time}","environment":null,"data":{"pipelineId":"${pipelineId}","name":"Orders","revision":1}}`,
    );
    expect(bodyOf(job)).toBeUndefined();
    expect(bodyOf(resource)).toBe(
      `{"event":"resource.created","timestamp":"${plainTime(event?.time ?? '')}","resource":{"type":"workflow","name":"orders","workspace":"public","status":"active"}}`,
    );
    services.pipelines.remove([pipelineId], 'window');
    expect(bodyOf(resource)).toMatch(/"resource.deleted".*"status":"deleted"/);
    const all = await made(bench, { name: 'all', shape: 'resource' });
    await made(bench, { name: 'no resource there' });
    services.webhooks.pause(sluice);
    expect(bodyOf(all)).toBeUndefined();
    services.webhooks.test(all);
    expect(JSON.parse(bodyOf(all) ?? '').resource).toEqual({
      type: 'workflow',
      name: 'webhook-test',
      workspace: 'public',
      status: 'active',
    });
    services.webhooks.test(job);
    expect(bodyOf(job)).toMatch(
      /^\{"event":"job\.completed","job_id":"[0-9a-f-]{36}","status":"completed","timestamp":"[^"]+Z"\}$/,
    );
  });
});

describe('the secret', () => {
  test('is answered once and stands nowhere but in its own store', async () => {
    const bench = tempServices();
    const folder = join(bench.home.root, 'elsewhere');
    const { services, store, home } = tempServices(bench.home, bench.store, { secrets: fileSecrets(folder) });
    const { webhook, secret } = await services.webhooks.create(input(), 'window');
    const { secret: second } = await services.webhooks.rotateSecret({ id: webhook.id, overlap: '1h' });
    services.pipelines.create(sampleDocument(), 'window');
    const [delivery] = services.webhooks.deliveries({ webhookId: webhook.id, limit: 1 }).deliveries;
    const answers = [
      services.webhooks.list(),
      services.webhooks.get(webhook.id),
      services.webhooks.pause(webhook.id),
      services.webhooks.deliveries({ limit: 10 }),
      services.webhooks.delivery(delivery?.id ?? ''),
      services.eventLog.list({ limit: 100 }),
      bench.events,
    ];
    store.checkpoint();
    const written = readdirSync(home.root)
      .filter((name) => name.startsWith('sluice.db'))
      .map((name) => readFileSync(join(home.root, name), 'latin1'));
    for (const text of [JSON.stringify(answers), ...written])
      for (const each of [secret, second]) {
        expect(text).not.toContain(each);
        expect(text).not.toContain(each.slice('whsec_'.length));
      }
    expect(readFileSync(join(folder, 'webhooks'), 'utf8')).toContain(second);
    await services.webhooks.remove([webhook.id]);
    expect(readFileSync(join(folder, 'webhooks'), 'utf8')).toBe('{}');
  });

  test('of its owner’s own is taken when it is strong enough', async () => {
    const { services } = tempServices();
    for (const secret of [
      'short',
      'with a space in it',
      'whsec_c2hvcnQ=',
      'whsec_not base64 at all!',
      `whsec_${'A'.repeat(100)}`,
    ])
      await expect(services.webhooks.create(input({ secret }), 'window')).rejects.toThrow(/secret/i);
    for (const secret of ['sixteen-visible-c', `whsec_${Buffer.alloc(24, 7).toString('base64')}`])
      expect((await services.webhooks.create(input({ secret }), 'window')).secret).toBe(secret);
    expect(services.webhooks.list()).toHaveLength(2);
  });
});

describe('the address', () => {
  test.each([
    'ftp://example.com/',
    'example.com',
    'http://user:pass@example.com/',
    'http://',
    'file:///etc/passwd',
  ])('%s is refused with a sentence', async (url) => {
    const { services } = tempServices();
    await expect(services.webhooks.create(input({ url }), 'window')).rejects.toMatchObject({
      code: 'invalid_input',
    });
    expect(services.webhooks.list()).toEqual([]);
  });

  test('on the local network belongs to the owner’s webhooks, and to hosts that the owner allowed', async () => {
    const { services } = tempServices();
    const { webhooks } = services;
    const own = await webhooks.create(input({ url: 'http://nas.local:8080/x' }), 'window');
    const keyed = await webhooks.create(input({ url: 'http://nas.local:8080/x' }), 'key:slc_live_abc');
    expect([own.webhook.allowPrivate, keyed.webhook.allowPrivate]).toEqual([true, false]);
    expect(() => webhooks.saveHosts(['nas.local'])).toThrow(/no host with a port/);
    expect(webhooks.saveHosts(['NAS.local:8080', 'nas.local:8080'])).toEqual(['nas.local:8080']);
    expect(webhooks.get(keyed.webhook.id).allowPrivate).toBe(true);
    const hosts = ['http://127.0.0.1:8000/hook', 'Box', '[::1]:80'];
    const kept = ['nas.local:8080', '127.0.0.1:8000', 'box:80', 'box:443', '[::1]:80'];
    expect(webhooks.allowHosts(hosts, true)).toEqual(kept);
    expect(webhooks.allowHosts(['127.0.0.1:8000'], true)).toEqual(kept);
    expect(() => webhooks.allowHosts(['a b'], true)).toThrow(/no host/);
    expect(webhooks.allowHosts(['BOX', 'http://[::1]/', 'never:1'], false)).toEqual(kept.slice(0, 2));
    const many = Array.from({ length: 99 }, (_, at) => `h:${at + 1}`);
    expect(() => webhooks.allowHosts(many, true)).toThrow(/at most 100/);
    expect(webhooks.hosts()).toEqual(kept.slice(0, 2));
    webhooks.saveHosts(['nas.local:8081']);
    expect(webhooks.get(keyed.webhook.id).allowPrivate).toBe(false);
    // Whoever changes the address answers for it.
    webhooks.update({ id: own.webhook.id, name: 'Renamed by a key' }, 'key:slc_live_abc');
    expect(webhooks.get(own.webhook.id).allowPrivate).toBe(true);
    webhooks.update({ id: own.webhook.id, url: 'http://nas.local:9999/x' }, 'key:slc_live_abc');
    expect(webhooks.get(own.webhook.id).allowPrivate).toBe(false);
  });
});

test('an event that does not exist is refused, for each shape', async () => {
  const { services } = tempServices();
  for (const [shape, events] of [
    ['sluice', ['run.exploded']],
    ['sluice', ['runs.*']],
    ['job', ['run.failed']],
    ['resource', ['run.*']],
  ] as const)
    await expect(services.webhooks.create(input({ shape, events: [...events] }), 'window')).rejects.toThrow(
      /no event/,
    );
});

test('events are listed in their order, by type, and followed from where one stopped', () => {
  const { services } = tempServices();
  for (let index = 0; index < 5; index += 1) services.pipelines.create(sampleDocument(`P${index}`), 'window');
  const first = services.eventLog.list({ after: 0, limit: 3 });
  expect(first.events).toHaveLength(3);
  const rest = services.eventLog.list({ after: first.next, limit: 3 });
  expect(rest.events).toHaveLength(2);
  expect(services.eventLog.list({ after: rest.next, limit: 3 })).toEqual({ events: [], next: rest.next });
  expect(services.eventLog.list({ types: ['key.*'], limit: 3 }).events).toEqual([]);
  expect(services.eventLog.list({ limit: 2 }).events.map(({ seq }) => seq)).toEqual([4, 5]);
  expect(() => services.eventLog.list({ types: ['nothing'], limit: 1 })).toThrow(/no event/);
});

test('pruning takes deliveries from before a time, with their attempts, and nothing newer', async () => {
  const bench = tempServices();
  const id = await made(bench);
  bench.services.pipelines.create(sampleDocument('Old'), 'window');
  bench.clock.advance(60_000);
  const before = new Date(bench.clock.now()).toISOString();
  bench.clock.advance(60_000);
  bench.services.pipelines.create(sampleDocument('New'), 'window');
  expect(bench.services.webhooks.countBefore(before)).toBe(1);
  expect(bench.services.webhooks.prune(before, 100)).toBe(1);
  expect(bench.services.webhooks.prune(before, 100)).toBe(0);
  expect(eventTypes(bench, id)).toEqual(['pipeline.created']);
});

test('a removed webhook takes its deliveries along', async () => {
  const bench = tempServices();
  const id = await made(bench);
  bench.services.pipelines.create(sampleDocument(), 'window');
  expect(await bench.services.webhooks.remove([id, id])).toEqual({ removed: 1 });
  expect(bench.services.webhooks.deliveries({ limit: 10 }).total).toBe(0);
  expect(() => bench.services.webhooks.get(id)).toThrow(/no webhook/);
});
