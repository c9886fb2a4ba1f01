import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { RunOutput } from '../runner/protocol.ts';
import { discardStaged, placeStaged, publishError, publishFile, stageFile, stageOutputs } from './publish.ts';
import { MemoryServices } from './testing/memory-services.ts';

const base = await mkdtemp(join(tmpdir(), 'sluice-publish-'));
afterAll(() => rm(base, { recursive: true, force: true }));

let root: string;
let scratch: string;
let services: MemoryServices;
let round = 0;
beforeEach(async () => {
  round += 1;
  root = join(base, String(round));
  scratch = join(root, 'scratch');
  await mkdir(scratch, { recursive: true });
  await mkdir(join(root, 'files'));
  const at = (name: string) => join(root, name);
  services = new MemoryServices({
    tmp: at('tmp'),
    datasets: at('datasets'),
    kept: at('kept'),
    files: at('files'),
  });
});

const context = () => ({ services, environment: 'live' as const, pipelineId: undefined, scratch });

async function fileOutput(target: string, text: string): Promise<RunOutput> {
  const path = join(scratch, `${target.replaceAll('/', '-')}.out`);
  await writeFile(path, text);
  return { output: 'file', nodeId: 'out', target, path, rows: 1, bytes: text.length };
}

test('nothing is at its place before the second half, everything is after it', async () => {
  const staged = await stageOutputs(
    [await fileOutput('a.csv', 'a'), await fileOutput('deep/b.csv', 'b')],
    context(),
  );
  const visible = async () =>
    (await readdir(join(root, 'files'), { recursive: true })).filter((name) => name.endsWith('.csv'));
  expect(await visible()).toEqual([]);
  placeStaged(staged).settle();
  expect((await visible()).sort()).toEqual(['a.csv', 'deep/b.csv']);
  expect((await readdir(join(root, 'files'))).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('undo brings back what was replaced and removes what was new', async () => {
  await writeFile(join(root, 'files', 'old.csv'), 'old');
  const staged = await stageOutputs(
    [await fileOutput('old.csv', 'new'), await fileOutput('fresh.csv', 'new')],
    context(),
  );
  const files = placeStaged(staged);
  expect(await readFile(join(root, 'files', 'old.csv'), 'utf8')).toBe('new');
  files.undo();
  await discardStaged(staged);
  expect(await readFile(join(root, 'files', 'old.csv'), 'utf8')).toBe('old');
  expect(await readdir(join(root, 'files'))).toEqual(['old.csv']);
});

test('a rename that fails half way takes the earlier ones back and names the reason', async () => {
  await mkdir(join(root, 'files', 'taken.csv'));
  const staged = await stageOutputs(
    [await fileOutput('first.csv', '1'), await fileOutput('taken.csv', '2')],
    context(),
  );
  expect(() => placeStaged(staged)).toThrow('there is a folder of that name');
  await discardStaged(staged);
  expect(await readdir(join(root, 'files'))).toEqual(['taken.csv']);
});

test('a runner cannot have a file published that is not its own', async () => {
  await writeFile(join(root, 'foreign.csv'), 'secret');
  await symlink(join(root, 'foreign.csv'), join(scratch, 'link.csv'));
  for (const path of [
    join(root, 'foreign.csv'),
    join(scratch, '..', 'foreign.csv'),
    join(scratch, 'link.csv'),
    scratch,
  ]) {
    const output: RunOutput = { output: 'file', nodeId: 'out', target: 'x.csv', path, rows: 1, bytes: 6 };
    await expect(stageOutputs([output], context())).rejects.toMatchObject({
      code: 'publish_failed',
      nodeId: 'out',
    });
  }
  expect(await readFile(join(root, 'foreign.csv'), 'utf8')).toBe('secret');
  expect(await readdir(join(root, 'files'))).toEqual([]);
});

test('an output that fails to stage takes the ones before it away again', async () => {
  const good = await fileOutput('good.csv', 'x');
  const bad: RunOutput = { ...(await fileOutput('bad.csv', 'x')), path: join(scratch, 'missing') };
  await expect(stageOutputs([good, bad], context())).rejects.toMatchObject({ nodeId: 'out' });
  expect(await readdir(join(root, 'files'))).toEqual([]);
});

const otherFileSystem = await stat('/dev/shm').then(
  async ({ dev }) => dev !== (await stat(base)).dev,
  () => false,
);

test.runIf(otherFileSystem)('a file from another file system is copied, and is whole', async () => {
  const elsewhere = await mkdtemp('/dev/shm/sluice-publish-');
  await writeFile(join(elsewhere, 'x'), 'rows');
  const target = join(root, 'files', 'x.csv');
  await publishFile(join(elsewhere, 'x'), target, scratch);
  expect(await readFile(target, 'utf8')).toBe('rows');
  expect(await readdir(elsewhere)).toEqual([]);
  await rm(elsewhere, { recursive: true });
});

test('a file that cannot be staged leaves no part of it behind', async () => {
  await expect(stageFile(join(scratch, 'missing'), join(root, 'files', 'x.csv'))).rejects.toThrow('ENOENT');
  expect(await readdir(join(root, 'files'))).toEqual([]);
});

test('errors of the disk become sentences: a full disk has its own code', () => {
  const failure = (code: string) => publishError(Object.assign(new Error('x'), { code }));
  for (const code of ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'])
    expect(failure(code)).toMatchObject({ code: 'disk_full' });
  expect(failure('EROFS')).toMatchObject({
    code: 'publish_failed',
    message: expect.stringContaining('read-only'),
  });
  const bug = new TypeError('bug');
  expect(publishError(bug)).toBe(bug);
});
