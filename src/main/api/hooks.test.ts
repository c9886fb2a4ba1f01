import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallPipeline, startTempApp, type TempApp } from '../../../test/support/temp-app.ts';

let product: TempApp;
let pipelineId = '';

beforeAll(async () => {
  product = await startTempApp();
  const document = smallPipeline('called');
  document.parameters = { ...document.parameters, customer: { type: 'text', default: 'nobody' } };
  pipelineId = (await product.client.pipelines.create({ document })).id;
});
afterAll(() => product.stop());

async function hook(perMinute = 6000) {
  const made = await product.client.triggers.create({
    pipelineId,
    name: 'Shop',
    config: { kind: 'webhook', perMinute },
    parameters: { customer: '{body.customer.id}', least: '{body.least}' },
  });
  return { ...made, secret: made.secret ?? '', url: `${product.url}/hooks/${made.id}` };
}

const seconds = () => Math.floor(Date.now() / 1000);
const type = { 'content-type': 'application/json' };

/** Headers of the Standard Webhooks specification, signed by its own package. */
function standard(secret: string, body: string, id = `msg_${Math.random()}`, at = seconds()) {
  const signature = new Webhook(secret).sign(id, new Date(at * 1000), body);
  return { ...type, 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signature };
}

function plain(secret: string, body: string, at = seconds()) {
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  return { ...type, 'x-timestamp': String(at), 'x-signature': `sha256=${signature}` };
}

const post = (url: string, headers: Record<string, string>, body: string) =>
  fetch(url, { method: 'POST', headers, body });
const runsOf = async (triggerId: string) =>
  (await product.client.runs.list({ triggerId, limit: 1000 })).total;

test('a signed call starts a run with its fields as parameters, whichever convention signs it', async () => {
  const { url, secret, id } = await hook();
  // Spaces are part of what is signed: nothing is parsed before the signature is judged.
  const body = '{\n  "customer": { "id": "c-7" },\n  "least": 3\n}\n';
  for (const headers of [standard(secret, body), plain(secret, body)]) {
    const response = await post(url, headers, body);
    expect(response.status).toBe(202);
    const { runId } = (await response.json()) as { runId: string };
    const run = await product.client.runs.get({ id: runId });
    expect(run).toMatchObject({
      trigger: 'webhook',
      triggerId: id,
      parameters: { customer: 'c-7', least: 3 },
    });
    expect(run.cause).toMatch(/^Inbound call Shop, /);
  }
  expect(await runsOf(id)).toBe(2);
});

test('fields that are missing leave the defaults, and a body that does not fit says why', async () => {
  const { url, secret } = await hook();
  const { runId } = (await (await post(url, standard(secret, '{}'), '{}')).json()) as { runId: string };
  expect((await product.client.runs.get({ id: runId })).parameters).toEqual({ customer: 'nobody', least: 2 });
  const wrong = '{"least":"many"}';
  const headers = standard(secret, wrong);
  const refused = await post(url, headers, wrong);
  expect(refused.status).toBe(400);
  expect(((await refused.json()) as { message: string }).message).toMatch(/"least" must be a whole number/);
  expect((await post(url, headers, wrong)).status).toBe(400);
  const broken = '{"a":';
  expect((await post(url, standard(secret, broken), broken)).status).toBe(400);
});

test('a thousand repetitions of one signed call, also at once, make one run and all name it', async () => {
  const { url, secret, id } = await hook(5);
  for (const [index, headers] of [standard(secret, '{}'), plain(secret, '{}')].entries()) {
    const ids = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => post(url, headers, '{}')));
      for (const answer of answers) {
        expect(answer.status).toBe(202);
        ids.add(((await answer.json()) as { runId: string }).runId);
      }
    }
    expect(ids.size).toBe(1);
    expect(await runsOf(id)).toBe(index + 1);
  }
});

test('whatever was changed after signing is refused, and the answer is the one that a stranger gets', async () => {
  const { url, secret, id } = await hook();
  const body = '{"least":1}';
  const good = standard(secret, body, 'msg_1');
  const strangers = [
    post(url, type, body),
    post(url, good, '{"least":2}'),
    post(url, { ...good, 'webhook-id': 'msg_2' }, body),
    post(url, { ...good, 'webhook-timestamp': String(seconds() + 1) }, body),
    post(url, standard(`whsec_${Buffer.from('another secret of 24 bytes').toString('base64')}`, body), body),
    post(url, standard(secret, body, 'msg_3', seconds() - 301), body),
    post(url, standard(secret, body, 'msg_4', seconds() + 302), body),
    post(url, plain(secret, body, seconds() - 301), body),
    post(url, { ...plain(secret, body), 'x-timestamp': String(seconds() - 1) }, body),
    post(`${product.url}/hooks/019a0000-0000-7000-8000-000000000000`, good, body),
    post(`${product.url}/hooks/nothing`, good, body),
  ];
  const answers = await Promise.all(
    strangers.map(async (each) => ({ status: (await each).status, text: await (await each).text() })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(await runsOf(id)).toBe(0);
  expect((await post(url, good, body)).status).toBe(202);
});

test('a rotated secret is taken beside the old one for the overlap, and alone without one', async () => {
  const { url, secret, id } = await hook();
  const { secret: second } = await product.client.triggers.rotateSecret({ id, overlapHours: 1 });
  expect((await post(url, standard(secret, '{}'), '{}')).status).toBe(202);
  expect((await post(url, standard(second, '{}'), '{}')).status).toBe(202);
  const { secret: third } = await product.client.triggers.rotateSecret({ id, overlapHours: 0 });
  expect((await post(url, standard(second, '{}'), '{}')).status).toBe(401);
  expect((await post(url, standard(third, '{}'), '{}')).status).toBe(202);
  expect(JSON.stringify(await product.client.triggers.list({}))).not.toContain('whsec_');
});

test('calls are bounded in size, kind and number; a paused trigger tells its signer', async () => {
  const { url, secret, id } = await hook(3);
  const big = JSON.stringify({ text: 'x'.repeat(1024 * 1024) });
  expect((await post(url, standard(secret, big), big)).status).toBe(413);
  expect((await post(url, { ...standard(secret, '{}'), 'content-type': 'text/plain' }, '{}')).status).toBe(
    415,
  );
  expect((await fetch(url)).status).toBe(405);
  const statuses: number[] = [];
  for (let call = 0; call < 5; call += 1)
    statuses.push((await post(url, standard(secret, '{}'), '{}')).status);
  expect(statuses).toEqual([202, 202, 202, 429, 429]);
  await product.client.triggers.pause({ id });
  expect((await post(url, standard(secret, '{}'), '{}')).status).toBe(409);
  expect(await runsOf(id)).toBe(3);
});

test('a page of another site cannot call, even with a good signature', async () => {
  const { url, secret } = await hook();
  const path = new URL(url).pathname;
  const headers = Object.entries({ ...standard(secret, '{}'), origin: 'https://evil.example' });
  const lines = headers.map(([name, value]) => `${name}: ${value}`).join('\r\n');
  const answer = await product.raw(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${product.port}\r\n${lines}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 403/);
});
