import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import { memorySecrets } from '../../platform/secrets.ts';
import { sampleDocument, tempServices } from '../../services/testing/temp-services.ts';
import { jitter, retryWaits } from '../../services/webhook-waits.ts';
import { tempHome, tempStore } from '../../store/testing/temp-home.ts';
import { hookBench } from './testing/bench.ts';
import { answerStatus, type Received, startReceiver } from './testing/receiver.ts';

function verifies(secret: string, { body, headers }: Pick<Received, 'body' | 'headers'>): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

const minutes = 60_000;

test('a thousand deliveries are verified by the published verifier, and none with a single changed bit', async () => {
  const receiver = await startReceiver();
  const bench = hookBench();
  const { secret } = await bench.hook({ url: receiver.url });
  bench.makeEvents(1_000);
  await receiver.count(1_000);
  expect(receiver.received.filter((delivery) => verifies(secret, delivery))).toHaveLength(1_000);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1_000);
  const flipped = receiver.received.flatMap(({ body, headers }, index) => {
    const at = index % body.length;
    const changed = String.fromCharCode(body.charCodeAt(at) ^ (1 << (index % 7)));
    const id = String(headers['webhook-id']);
    const time = Number(headers['webhook-timestamp']);
    return [
      { headers, body: `${body.slice(0, at)}${changed}${body.slice(at + 1)}` },
      { body, headers: { ...headers, 'webhook-id': `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}` } },
      { body, headers: { ...headers, 'webhook-timestamp': String(time ^ 1) } },
    ];
  });
  expect(flipped.filter((delivery) => verifies(secret, delivery))).toEqual([]);
  for (const { body, headers } of receiver.received)
    expect(headers['x-signature']).toBe(createHmac('sha256', secret).update(body).digest('hex'));
});

test('while an old secret overlaps both sign; after it only the new one does', async () => {
  const receiver = await startReceiver();
  const bench = hookBench();
  const { id, secret: old } = await bench.hook({ url: receiver.url });
  const { secret: fresh } = await bench.services.webhooks.rotateSecret({ id, overlap: '1h' });
  bench.makeEvents(1);
  await bench.pass(0);
  await bench.pass(59 * minutes);
  bench.makeEvents(1);
  await receiver.count(2);
  const bySignature = (secret: string, body: string) =>
    createHmac('sha256', secret).update(body).digest('hex');
  // The verifier holds the time against the wall clock, which the test's clock has left.
  for (const { body, headers } of receiver.received) {
    expect(String(headers['webhook-signature']).split(' ')).toHaveLength(2);
    expect(headers['x-signature']).toBe(bySignature(fresh, body));
    expect(headers['x-signature-previous']).toBe(bySignature(old, body));
  }
  const [first] = receiver.received;
  expect(first && [verifies(old, first), verifies(fresh, first)]).toEqual([true, true]);
  await bench.pass(2 * minutes);
  bench.makeEvents(1);
  await receiver.count(3);
  expect(String(receiver.received[2]?.headers['webhook-signature']).split(' ')).toHaveLength(1);
  expect(receiver.received[2]?.headers['x-signature-previous']).toBeUndefined();
});

test('ten tries come at the documented times within a tenth, and then the endpoint is paused for all to see', async () => {
  const receiver = await startReceiver(answerStatus(500));
  const witness = await startReceiver();
  const bench = hookBench();
  const { id } = await bench.hook({ url: receiver.url, maxAttempts: 10 });
  await bench.hook({ url: witness.url, events: ['resource.*'], name: 'Witness' });
  bench.makeEvents(1);
  await bench.pass(0);
  const times: number[] = [];
  for (let tries = 1; tries < 10; tries += 1) {
    expect(receiver.received).toHaveLength(tries);
    const [delivery] = bench.services.webhooks.deliveries({ webhookId: id, limit: 1 }).deliveries;
    const due = Date.parse(delivery?.nextAttemptAt ?? '');
    times.push(due - bench.clock.now());
    // A second before it is due nothing comes.
    await bench.pass(due - bench.clock.now() - 1_000);
    expect(receiver.received).toHaveLength(tries);
    await bench.pass(1_000);
  }
  expect(receiver.received).toHaveLength(10);
  for (const [index, wait] of retryWaits.entries()) {
    expect(times[index]).toBeGreaterThanOrEqual(wait * (1 - jitter));
    expect(times[index]).toBeLessThanOrEqual(wait * (1 + jitter));
  }
  expect(new Set(receiver.received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(
    1,
  );
  expect(bench.services.webhooks.get(id)).toMatchObject({
    failures: 10,
    paused: { reason: 'failing', detail: 'Answered 500 Internal Server Error.' },
  });
  expect(bench.events).toContainEqual({
    type: 'webhook.changed',
    webhookId: id,
    change: 'paused',
    automatic: { name: expect.any(String), reason: 'Answered 500 Internal Server Error.' },
  });
  await bench.pass(0);
  expect(JSON.parse(witness.received.at(-1)?.body ?? '{}')).toMatchObject({
    type: 'resource.updated',
    data: { resourceType: 'webhook', resourceId: id, status: 'paused', automatic: true },
  });
  await bench.pass(48 * 60 * minutes);
  expect(receiver.received).toHaveLength(10);
});

test('by default three retries follow the first try', async () => {
  const receiver = await startReceiver(answerStatus(503));
  const bench = hookBench();
  const { id } = await bench.hook({ url: receiver.url });
  bench.makeEvents(1);
  await bench.pass(24 * 60 * minutes);
  await bench.pass(24 * 60 * minutes);
  await bench.pass(24 * 60 * minutes);
  await bench.pass(24 * 60 * minutes);
  expect(receiver.received).toHaveLength(4);
  const [delivery] = bench.services.webhooks.deliveries({ webhookId: id, limit: 10 }).deliveries;
  expect(delivery).toMatchObject({ status: 'failed', attempts: 4, lastStatusCode: 503, nextAttemptAt: null });
  expect(bench.services.webhooks.delivery(delivery?.id ?? '').log).toHaveLength(4);
});

test('410 ends the delivery and pauses the endpoint at once', async () => {
  const receiver = await startReceiver(answerStatus(410));
  const bench = hookBench();
  const { id } = await bench.hook({ url: receiver.url });
  bench.makeEvents(1);
  await bench.pass(0);
  expect(bench.services.webhooks.get(id).paused).toMatchObject({ reason: 'gone' });
  bench.makeEvents(3);
  await bench.pass(24 * 60 * minutes);
  expect(receiver.received).toHaveLength(1);
});

test('Retry-After is honoured, as seconds and as a date', async () => {
  const receiver = await startReceiver(answerStatus(429, { 'retry-after': '3600' }));
  const bench = hookBench();
  await bench.hook({ url: receiver.url });
  bench.makeEvents(1);
  await bench.pass(0);
  await bench.pass(3_599_000);
  expect(receiver.received).toHaveLength(1);
  receiver.answer(
    answerStatus(503, { 'retry-after': new Date(bench.clock.now() + 7_200_000).toUTCString() }),
  );
  await bench.pass(1_000);
  expect(receiver.received).toHaveLength(2);
  await bench.pass(7_190_000);
  expect(receiver.received).toHaveLength(2);
  await bench.pass(12_000);
  expect(receiver.received).toHaveLength(3);
});

test('fifty endpoints that never answer hold up nobody', async () => {
  const dead = await startReceiver(() => undefined);
  const healthy = await startReceiver();
  const bench = hookBench();
  for (let index = 0; index < 50; index += 1)
    await bench.hook({ url: `${dead.url}/${index}`, name: `Dead ${index}` });
  const { id } = await bench.hook({ url: healthy.url });
  bench.makeEvents(20);
  // The clock stands still: none of the dead ones times out while the healthy one gets everything.
  await healthy.count(20);
  const { deliveries } = bench.services.webhooks.deliveries({ webhookId: id, limit: 100 });
  expect(deliveries).toHaveLength(20);
});

test('what is under way when everything stops is sent again after the start, with the same id and body', async () => {
  const home = tempHome();
  const store = tempStore(home);
  const secrets = memorySecrets();
  const receiver = await startReceiver(() => undefined);
  const before = hookBench({ bench: tempServices(home, store, { secrets }) });
  const { id } = await before.hook({ url: receiver.url, maxAttempts: 2 });
  before.makeEvents(3);
  await receiver.count(3);
  await before.sender.stop();

  receiver.answer(answerStatus(500));
  const after = tempServices(home, store, { secrets });
  await after.services.webhooks.loadSecrets();
  const again = hookBench({ bench: after });
  await receiver.count(6);
  await again.sender.idle();
  const sent = (from: number) =>
    receiver.received
      .slice(from, from + 3)
      .map(({ headers, body }) => `${headers['webhook-id']} ${body}`)
      .sort();
  expect(sent(3)).toEqual(sent(0));
  // The wait before a retry is in the store too.
  await again.sender.stop();
  receiver.answer(answerStatus(200));
  const third = tempServices(home, store, { secrets });
  await third.services.webhooks.loadSecrets();
  const last = hookBench({ bench: third });
  await last.pass(0);
  expect(receiver.received).toHaveLength(6);
  await last.pass(6_000);
  expect(receiver.received).toHaveLength(9);
  expect(third.services.webhooks.get(id).recent).toEqual({ delivered: 3, failed: 0 });
});

test('a delivery is not sent over and over while its outcome cannot be stored', async () => {
  const receiver = await startReceiver();
  let full = true;
  let tellRefused = (): void => undefined;
  const refused = new Promise<void>((resolve) => {
    tellRefused = resolve;
  });
  const bench = hookBench({
    outbox: (outbox) => ({
      ...outbox,
      record(outcomes) {
        if (full) tellRefused();
        if (full) throw new SluiceError('disk_full');
        outbox.record(outcomes);
      },
    }),
  });
  const { id } = await bench.hook({ url: receiver.url });
  bench.makeEvents(1);
  await refused;
  bench.clock.advance(4_000);
  bench.clock.advance(60_000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  full = false;
  await bench.pass(60_000);
  expect(receiver.received).toHaveLength(1);
  expect(bench.services.webhooks.get(id).recent).toEqual({ delivered: 1, failed: 0 });
});

test('what happens during a pause waits, and is sent or dropped on resuming', async () => {
  const receiver = await startReceiver();
  const bench = hookBench();
  const { id } = await bench.hook({ url: receiver.url });
  const { webhooks } = bench.services;
  webhooks.pause(id);
  bench.makeEvents(2);
  await bench.pass(60 * minutes);
  expect(receiver.received).toHaveLength(0);
  expect(webhooks.get(id)).toMatchObject({ waiting: 2, paused: { reason: 'owner' } });
  webhooks.resume(id, 'send');
  await receiver.count(2);
  await bench.sender.idle();
  webhooks.pause(id);
  bench.makeEvents(2);
  webhooks.resume(id, 'drop');
  await bench.pass(60 * minutes);
  expect(receiver.received).toHaveLength(2);
  expect(webhooks.deliveries({ webhookId: id, statuses: ['dropped'], limit: 10 }).total).toBe(2);
});

test('a replay keeps id and body, and a test reaches even a paused endpoint, once', async () => {
  const receiver = await startReceiver();
  const bench = hookBench();
  const { webhooks } = bench.services;
  const { id, secret } = await bench.hook({ url: receiver.url });
  bench.makeEvents(1);
  await receiver.count(1);
  await bench.sender.idle();
  const [first] = webhooks.deliveries({ webhookId: id, limit: 1 }).deliveries;
  const [replayed] = webhooks.replay([first?.id ?? '']);
  await receiver.count(2);
  expect(replayed).toMatchObject({ kind: 'replay', replayOf: first?.id, eventId: first?.eventId });
  expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body);
  expect(receiver.received[1]?.headers['webhook-id']).toBe(first?.eventId);

  receiver.answer(answerStatus(500));
  webhooks.pause(id);
  webhooks.test(id);
  await receiver.count(3);
  await bench.pass(60 * minutes);
  expect(receiver.received).toHaveLength(3);
  const sent = receiver.received[2];
  expect(sent && verifies(secret, sent)).toBe(true);
  expect(JSON.parse(sent?.body ?? '{}')).toMatchObject({ type: 'webhook.test', data: { webhookId: id } });
});

test('what a key made reaches this network only where the owner allowed the host, and what it reached is kept', async () => {
  const receiver = await startReceiver();
  const bench = hookBench({ ownPort: 9 });
  const { webhooks } = bench.services;
  const input = { shape: 'sluice', events: ['pipeline.*'], url: receiver.url } as const;
  const made = () => webhooks.create({ ...input, events: [...input.events] }, 'key:slc_live_abc');
  await expect(made()).rejects.toMatchObject({ code: 'address_refused' });
  webhooks.saveHosts([`127.0.0.1:${receiver.port}`]);
  const { webhook } = await made();
  bench.makeEvents(1);
  await bench.sender.idle();
  expect(receiver.received).toHaveLength(1);
  webhooks.saveHosts([]);
  bench.makeEvents(1);
  await bench.sender.idle();
  expect(receiver.connections()).toBe(1);
  const [last] = webhooks.deliveries({ webhookId: webhook.id, limit: 1 }).deliveries;
  expect(last).toMatchObject({ status: 'pending', lastError: 'address_refused', lastStatusCode: null });
});

test('nothing is sent without a secret to sign it: the endpoint is paused and says why', async () => {
  const home = tempHome();
  const store = tempStore(home);
  const receiver = await startReceiver();
  const first = hookBench({ bench: tempServices(home, store) });
  const { id } = await first.hook({ url: receiver.url });
  await first.sender.stop();
  const elsewhere = hookBench({ bench: tempServices(home, store) });
  elsewhere.services.pipelines.create(sampleDocument(), 'window');
  await elsewhere.sender.idle();
  const { webhooks } = elsewhere.services;
  expect(webhooks.get(id).paused).toMatchObject({ reason: 'no_secret' });
  expect(() => webhooks.resume(id, 'send')).toThrow('secret of this webhook is lost');
  await webhooks.rotateSecret({ id, overlap: '24h' });
  webhooks.resume(id, 'send');
  elsewhere.makeEvents(1);
  await receiver.count(1);
  expect(receiver.received[0]?.headers['x-signature']).toMatch(/^[0-9a-f]{64}$/);
});
