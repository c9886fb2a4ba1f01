import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fileSecrets, memorySecrets } from './secrets.ts';

const root = await mkdtemp(join(tmpdir(), 'sluice-secrets-'));
afterAll(() => rm(root, { recursive: true }));

for (const [name, secrets] of [
  ['file', fileSecrets(join(root, 'secrets'))],
  ['memory', memorySecrets()],
] as const) {
  test(`${name} secrets are read back, replaced and removed`, async () => {
    expect(await secrets.read('hook')).toBeUndefined();
    await secrets.write('hook', 'one');
    await secrets.write('hook', 'two');
    expect(await secrets.read('hook')).toBe('two');
    await secrets.remove('hook');
    expect(await secrets.read('hook')).toBeUndefined();
  });
}

test('a secret file can be read by its owner alone, and nothing else is left beside it', async () => {
  const folder = join(root, 'modes');
  await fileSecrets(folder).write('hook', 'x');
  expect((await stat(join(folder, 'hook'))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await readdir(folder)).toEqual(['hook']);
});

test('a name cannot leave the folder', async () => {
  await expect(fileSecrets(root).write('../out', 'x')).rejects.toThrow('not a name');
});
