import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Environment } from '../../shared/contract/domain.ts';
import { parseDuration } from '../../shared/kernel/time.ts';
import { sampleDocument, submission, tempServices } from './testing/temp-services.ts';

const day = parseDuration('1d') ?? 0;
const author = 'key:slc_live_abc';

function kit() {
  const bench = tempServices();
  const pipelineId = bench.services.pipelines.create(sampleDocument(), 'window').id;
  const ended = (environment: Environment): string => {
    const { runs } = bench.services;
    const { id } = runs.submit(submission(pipelineId, { environment }));
    while (runs.claimNext()?.id !== id);
    expect(runs.finish(id, 1, { status: 'succeeded' }, [])).toBe(true);
    return id;
  };
  const left = () => bench.services.runs.list({ limit: 100 }).runs.map(({ id }) => id);
  return { ...bench, ended, left };
}

test('the sandbox has its own days: a short life there shortens none that is live', async () => {
  const { services, clock, ended, left } = kit();
  const live = ended('live');
  const tried = ended('sandbox');
  await services.workspaceSettings.save('sandbox', { retentionDays: 2 }, author);
  clock.advance(3 * day);
  expect(await services.retention.preview()).toMatchObject([{ category: 'runs', count: 1 }]);
  await services.retention.clean('window');
  expect(left()).toEqual([live]);
  expect(left()).not.toContain(tried);
  await services.workspaceSettings.save('live', { retentionDays: 2 }, author);
  await services.retention.clean('window');
  expect(left()).toEqual([]);
});

test('the sandbox outlives the live days where it was told to', async () => {
  const { services, clock, ended, left } = kit();
  const tried = ended('sandbox');
  await services.workspaceSettings.save('sandbox', { retentionDays: null }, author);
  await services.workspaceSettings.save('live', { retentionDays: 1 }, author);
  clock.advance(3 * day);
  await services.retention.clean('window');
  expect(left()).toEqual([tried]);
});

test.each([
  ['live', 'sandbox'],
  ['sandbox', 'live'],
] as const)(
  'what goes of %s is archived, and nothing of %s, where only that was asked for',
  async (one, other) => {
    const { services, home, clock, ended, left } = kit();
    ended(one);
    ended(other);
    await services.workspaceSettings.save(other, { autoArchive: false }, author);
    await services.workspaceSettings.save(one, { autoArchive: true, retentionDays: 1 }, author);
    await services.workspaceSettings.save(other, { autoArchive: false, retentionDays: 1 }, author);
    clock.advance(3 * day);
    expect(await services.retention.clean('window')).toMatchObject({ outcome: 'done', archivedFiles: 1 });
    expect(left()).toEqual([]);
    const folder = join(home.files, 'archive/sluice-archive/runs');
    expect(existsSync(folder) && readdirSync(folder)).toHaveLength(1);
  },
);

test('a sandbox that was told nothing shows and follows the live settings', async () => {
  const { services } = kit();
  await services.workspaceSettings.save('live', { retentionDays: 5, exportFormat: 'parquet' }, author);
  expect(services.workspaceSettings.get('sandbox')).toMatchObject({
    retentionDays: 5,
    exportFormat: 'parquet',
    emailOnFailure: false,
    chatUrl: null,
  });
  expect(services.workspaceSettings.sandboxRetention()).toEqual({});
});

test('an address of the sandbox is kept, shown masked to readers, and given to no channel', async () => {
  const { services } = kit();
  const chatUrl = 'https://hooks.example/services/secretsecret';
  const view = await services.workspaceSettings.save('sandbox', { chatUrl, emailOnFailure: true }, author);
  expect(view).toMatchObject({ chatUrl, maskedChatUrl: 'https://hooks.example/…cret', emailOnFailure: true });
  expect(services.notices.secrets()).toEqual({});
  expect(services.notices.settings().email.on).toBe(false);
  await services.workspaceSettings.save('sandbox', { chatUrl: null }, author);
  expect(services.workspaceSettings.get('sandbox').chatUrl).toBeNull();
});
