import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { expect, expectAccessible, test, useTheme } from './fixtures.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of its own; `status` decides how the next deliveries are answered. */
async function startReceiver() {
  const received: Received[] = [];
  const how = { status: 200 };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(how.status, { 'content-type': 'text/plain' }).end(`answer ${received.length}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, received, how, stop: () => server.close() };
}

test('a webhook made by clicking gets a run’s end, signed; a delivery is looked at and sent again', async ({
  app,
  product,
}) => {
  const receiver = await startReceiver();
  await app.setViewportSize({ width: 1280, height: 800 });
  await app.goto(new URL('#/webhooks', app.url()).href);
  await expect(app.getByRole('heading', { name: 'No webhooks yet' })).toBeVisible();
  await expectAccessible(app);

  await app.getByRole('button', { name: 'New webhook' }).first().click();
  await app.getByRole('textbox', { name: 'Address' }).fill(receiver.url);
  await app.getByRole('textbox', { name: 'Name' }).fill('Night watch');
  await app.getByRole('checkbox', { name: /^run\.cancelled/ }).click();
  await expectAccessible(app);
  await app.getByRole('button', { name: 'Create webhook' }).click();
  const secret = (await app.locator('code', { hasText: /^whsec_/ }).textContent()) ?? '';
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
  await expectAccessible(app);
  await app.getByRole('button', { name: 'Done' }).click();
  await expect(app.getByText(secret)).toHaveCount(0);
  await expect(app.getByRole('heading', { name: 'Nothing was sent yet' })).toBeVisible();

  const [pipeline] = await product.sluice<{ id: string; name: string }[]>('pipelines', 'list');
  const run = await product.sluice<{ id: string }>('run', pipeline?.id ?? '');
  // The row arrives by itself.
  const row = app.getByRole('row', { name: /run\.succeeded.*Delivered.*200/ });
  await expect(row).toBeVisible();
  expect(receiver.received).toHaveLength(1);
  const [first] = receiver.received;
  expect(first?.headers['x-signature']).toBe(
    createHmac('sha256', secret)
      .update(first?.body ?? '')
      .digest('hex'),
  );
  const verified = new Webhook(secret).verify(first?.body ?? '', first?.headers as Record<string, string>);
  expect(verified).toMatchObject({
    type: 'run.succeeded',
    data: { runId: run.id, pipelineId: pipeline?.id },
  });

  await row.click();
  await expect(app.getByRole('region', { name: 'Body' })).toContainText(run.id);
  await expect(app.getByRole('region', { name: 'Answer to try 1' })).toHaveText('answer 1');
  await expect(app.getByRole('region', { name: 'Headers' })).toContainText(
    `webhook-id: ${first?.headers['webhook-id']}`,
  );
  await expect(app.getByRole('region', { name: 'Headers' })).not.toContainText(
    String(first?.headers['x-signature']),
  );
  await expectAccessible(app);
  await app.getByRole('button', { name: 'Send again' }).click();
  await expect(app.getByRole('region', { name: 'Answer to try 1' })).toHaveText('answer 2');
  expect(receiver.received[1]?.body).toBe(first?.body);
  expect(receiver.received[1]?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  receiver.stop();
});

for (const theme of ['light', 'dark'] as const)
  test(`a paused webhook says why, keeps what waits, and sends it on resuming, in ${theme}`, async ({
    app,
    product,
  }) => {
    const receiver = await startReceiver();
    receiver.how.status = 410;
    const name = `Gone in ${theme}`;
    const hook = await product.sluice<{ id: string }>('webhooks', 'create', receiver.url, '--name', name);
    const [pipeline] = await product.sluice<{ id: string }[]>('pipelines', 'list');
    await product.sluice('run', pipeline?.id ?? '');
    await useTheme(app, theme);
    await app.goto(new URL('#/webhooks', app.url()).href);
    await expect(app.getByRole('row', { name: new RegExp(`${name}.*Paused`) })).toBeVisible();
    await expectAccessible(app);
    await app.getByRole('row', { name: new RegExp(name) }).click();
    await expect(app.getByText('the endpoint answered that it is gone (410)')).toBeVisible();
    await expectAccessible(app);
    receiver.how.status = 200;
    await app.getByRole('button', { name: 'Send test' }).click();
    await expect(app.getByRole('region', { name: 'Body' })).toContainText('webhook.test');
    await app.getByRole('button', { name: 'Close' }).click();
    await app.getByRole('button', { name: 'Resume and send' }).click();
    await expect(app.getByText('the endpoint answered that it is gone (410)')).toBeHidden();
    await expect(app.getByRole('row', { name: /run\.succeeded.*Delivered/ })).toBeVisible();
    // Removed elsewhere: the page leaves for the list.
    await product.sluice('webhooks', 'remove', hook.id);
    await expect(app.getByRole('button', { name: 'New webhook' }).first()).toBeVisible();
    await expect(app.getByRole('row', { name: new RegExp(name) })).toBeHidden();
    receiver.stop();
  });
