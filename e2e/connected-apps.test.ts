import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, expectAccessible, type Product, test, useTheme } from './fixtures.ts';

/** An app of somebody else: a server on this machine that sends the browser to Sluice and waits for it to come back. */
async function startApp(product: Product, clientId: string) {
  const came: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (pathname === '/callback') came.push(searchParams);
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<!doctype html><html lang="en"><title>App</title><h1>Back at ${clientId}</h1></html>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const redirect = `http://127.0.0.1:${port}/callback`;
  const verifier = randomBytes(32).toString('base64url');
  const ask = (more: Record<string, string>) =>
    `${product.url}/api/v1/oauth/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirect,
      state: 'my state',
      ...more,
    })}`;
  return {
    came,
    redirect,
    stop: () => server.close(),
    /** Where it sends the browser; with PKCE it proves later that it is the one who asked. */
    address: (proven: boolean) =>
      ask(
        proven
          ? {
              code_challenge: createHash('sha256').update(verifier).digest('base64url'),
              code_challenge_method: 'S256',
            }
          : {},
      ),
    async exchange(): Promise<string> {
      const answer = await fetch(`${product.url}/api/v1/oauth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          grant_type: 'authorization_code',
          code: came.at(-1)?.get('code'),
          client_id: clientId,
          redirect_uri: redirect,
          code_verifier: verifier,
        }),
      });
      return ((await answer.json()) as { access_token: string }).access_token;
    },
  };
}

const call = async (product: Product, token: string, method = 'GET') =>
  (
    await fetch(`${product.url}/api/v1/pipelines`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(method === 'POST' && { body: '{}' }),
    })
  ).status;

test('an app is let in with fewer rights than it asked for, listed, and shut out again', async ({
  app,
  product,
}) => {
  const other = await startApp(product, 'Sales dashboard');
  await app.setViewportSize({ width: 1280, height: 800 });
  await app.goto(other.address(true));
  await expect(app.getByRole('heading', { name: '“Sales dashboard” asks for access' })).toBeVisible();
  await expect(app.getByText(other.redirect)).toBeVisible();
  await expect(app.getByText(/uses no PKCE/)).toBeHidden();
  await expectAccessible(app);
  await app.getByRole('checkbox', { name: /^Change pipelines/ }).click();
  await app.getByRole('checkbox', { name: /^Data sources/ }).click();
  await app.getByRole('button', { name: 'Approve' }).click();
  await expect(app.getByRole('heading', { name: 'Back at Sales dashboard' })).toBeVisible();
  expect(other.came.at(-1)?.get('state')).toBe('my state');
  const token = await other.exchange();
  expect(await call(product, token)).toBe(200);
  expect(await call(product, token, 'POST')).toBe(403);

  await app.goto(`${product.url}/#/keys?tab=apps`);
  const row = app.getByRole('row', { name: /Sales dashboard.*pipelines and jobs, submit jobs/ });
  await expect(row).toBeVisible();
  await expectAccessible(app);
  await row.click();
  await expect(app.getByText('nobody holds its text')).toBeVisible();
  await expect(app.getByRole('button', { name: 'Rotate' })).toHaveCount(0);
  await app.getByRole('link', { name: 'connected app' }).click();
  await row.click({ button: 'right' });
  await app.getByRole('menuitem', { name: 'Revoke' }).click();
  await app.getByRole('button', { name: 'Revoke' }).click();
  await expect(app.getByRole('heading', { name: 'No connected apps' })).toBeVisible();
  expect(await call(product, token)).toBe(401);
  other.stop();
});

for (const theme of ['light', 'dark'] as const)
  test(`a tab that is not signed in waits while the window is asked, and is told the answer, in ${theme}`, async ({
    app,
    product,
    browser,
  }) => {
    const other = await startApp(product, `Waiting app ${theme}`);
    await useTheme(app, theme);
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(other.address(false));
    await expect(tab.getByRole('heading', { name: /asks for access to your pipelines/ })).toBeVisible();
    // The window is asked by itself, wherever it is.
    await app.getByRole('link', { name: 'Look at it' }).click();
    await expect(app.getByText(/uses no PKCE/)).toBeVisible();
    await expect(app.getByRole('link', { name: 'Look at it' })).toBeHidden();
    await expectAccessible(app);
    await app.getByRole('button', { name: theme === 'light' ? 'Deny' : 'Approve' }).click();
    await expect(app.getByRole('heading', { name: /^(Denied|Approved)/ })).toBeVisible();
    await expectAccessible(app);
    await expect(tab.getByRole('heading', { name: /^Back at/ })).toBeVisible();
    const answer = other.came.at(-1);
    expect([answer?.get('error'), answer?.has('code')]).toEqual(
      theme === 'light' ? ['access_denied', false] : [null, true],
    );
    await context.close();
    other.stop();
  });
