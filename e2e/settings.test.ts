import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { expect, expectAccessible, test, useTheme } from './fixtures.ts';

const sections = [
  { id: 'general', ready: 'Runs at the same time' },
  { id: 'folders', ready: 'An absolute path on this machine.' },
  { id: 'storage', ready: 'used by Sluice' },
  { id: 'notices', ready: 'Through your own mail server.' },
  { id: 'backup', ready: 'Folder for the backup' },
  { id: 'diagnostics', ready: 'synchronous=2 (FULL)' },
];

for (const theme of ['light', 'dark'] as const) {
  test(`every section of the settings is accessible and fits 1280x800 in ${theme}`, async ({ app }) => {
    await app.setViewportSize({ width: 1280, height: 800 });
    await useTheme(app, theme);
    for (const { id, ready } of sections) {
      await app.goto(new URL(`#/settings/${id}`, app.url()).href);
      await expect(app.getByText(ready).first()).toBeVisible();
      await expectAccessible(app);
    }
  });
}

test('a limit is saved, an empty one is off, and the clean-up says before and after what goes', async ({
  app,
  product,
}) => {
  const pipelines = await product.sluice<{ id: string; name: string }[]>('pipelines', 'list');
  const name = pipelines[0]?.name ?? '';
  for (let time = 0; time < 3; time += 1) await product.sluice('run', name);
  await app.goto(new URL('#/settings/storage', app.url()).href);
  const days = app.getByRole('textbox', { name: 'Runs: older than' });
  await expect(days).toHaveValue('365');
  await days.fill('0');
  await expect(app.getByText('Give a whole number of days from 1 to 36,500.')).toBeVisible();
  await days.fill('');
  await days.press('Enter');
  await expect(app.getByLabel('Saved')).toBeVisible();
  const most = app.getByRole('textbox', { name: 'Runs: more than' });
  await most.fill('1');
  await most.press('Enter');
  await expect(app.getByLabel('Saved')).toHaveCount(2);
  await app.reload();
  await expect(days).toHaveValue('');
  await expect(most).toHaveValue('1');

  const planned = await product.sluice<{ category: string; count: number }[]>('cleanup', '--dry-run');
  const gone = planned.find(({ category }) => category === 'runs')?.count ?? 0;
  expect(gone).toBeGreaterThanOrEqual(2);
  await app.getByRole('button', { name: 'Clean up now' }).click();
  const dialog = app.getByRole('dialog', { name: 'Clean up now' });
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Runs with their logs' })).toContainText(
    String(gone),
  );
  await dialog.getByRole('button', { name: 'Clean up', exact: true }).click();
  await expect(dialog.getByText(`Runs with their logs: ${gone}`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(app.getByRole('list', { name: 'Clean-ups' }).getByRole('listitem').first()).toContainText(
    `Runs with their logs: ${gone}`,
  );
  expect(await product.sluice('cleanup', '--dry-run')).toEqual([]);
});

test('an e-mail test says in plain words what is wrong, then reaches the mail server', async ({ app }) => {
  const taken: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (chunk) => {
        text += chunk;
      });
      stream.on('end', () => {
        taken.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  await app.goto(new URL('#/settings/notices', app.url()).href);
  const email = app.getByRole('region', { name: 'E-mail' });
  await email.getByRole('textbox', { name: 'Mail server' }).fill('127.0.0.1');
  await email.getByRole('textbox', { name: 'Port' }).fill(String(port));
  await email.getByRole('textbox', { name: 'From' }).fill('sluice@example.test');
  await email.getByRole('textbox', { name: 'To' }).fill('ada@example.test');
  await email.getByRole('button', { name: 'Save' }).click();
  const send = email.getByRole('button', { name: 'Send a test' });
  await send.click();
  await expect(email.getByText('offers no encryption (STARTTLS)')).toBeVisible();
  await email.getByRole('combobox', { name: 'Encryption' }).click();
  await app.getByRole('option', { name: /None/ }).click();
  await email.getByRole('button', { name: 'Save' }).click();
  await expect(send).toBeEnabled();
  await send.click();
  await expect(email.getByText('127.0.0.1 took the message for ada@example.test.')).toBeVisible();
  expect(taken).toHaveLength(1);
  expect(taken[0]).toContain('Subject: Sluice: This is a test');
  await new Promise<void>((resolve) => server.close(resolve));
});

test('a backup is made and checked, and the home folder is proved whole', async ({ app }) => {
  const parent = mkdtempSync(join(tmpdir(), 'sluice-backup-'));
  const folder = join(parent, 'monday');
  await app.goto(new URL('#/settings/backup', app.url()).href);
  await app.getByRole('textbox', { name: 'Folder for the backup' }).fill(folder);
  await app.getByRole('button', { name: 'Back up now' }).click();
  await expect(app.getByText(/The backup is whole/)).toBeVisible();
  expect(readdirSync(folder).length).toBeGreaterThan(0);
  await app.getByRole('button', { name: 'Check this backup' }).click();
  await expect(app.getByText(/This backup is whole/)).toBeVisible();
  rmSync(parent, { recursive: true, force: true });
  await app.goto(new URL('#/settings/diagnostics', app.url()).href);
  await app.getByRole('button', { name: 'Check the home folder' }).click();
  await expect(app.getByText('The home folder is whole')).toBeVisible();
});
