import { beforeEach, expect, test } from 'vitest';
import type { Environment } from '../../shared/contract/domain.ts';
import { memorySecretStore } from './secret-book.ts';
import { type ServicesBench, sampleDocument, tempServices } from './testing/temp-services.ts';

let bench: ServicesBench;
beforeEach(async () => {
  bench = tempServices(undefined, undefined, { secrets: memorySecretStore() });
  await bench.services.sources.loadSecrets();
});

const web = (url = 'http://files.local/') => ({ type: 'http' as const, url, headerNames: [] });
const bucket = (name: string, prefix = '') => ({
  type: 's3' as const,
  bucket: name,
  endpoint: 'http://s3.local:9000',
  region: 'us-east-1',
  prefix,
  accessKeyId: 'id',
  pathStyle: true,
});
type Config = ReturnType<typeof web> | ReturnType<typeof bucket>;
const create = async (
  name: string,
  config: Config,
  place: { environment?: Environment; workspaceId?: string } = {},
) => (await bench.services.sources.create({ name, config }, 'window', place)).id;

const named = (
  source: string,
  {
    path,
    environment = 'live',
    pipelineId,
  }: { path?: string; environment?: Environment; pipelineId?: string } = {},
) =>
  bench.services.sources.named(
    { source, ...(path === undefined ? {} : { path }) },
    { environment, pipelineId },
  );
const missing = expect.objectContaining({ code: 'source_missing' });
const refused = (words: RegExp) =>
  expect.objectContaining({ code: 'source_refused', message: expect.stringMatching(words) });

test('a name goes before an id, an id before a bucket, a bucket before an address', async () => {
  const id = await create('first', web());
  expect(named(id)).toMatchObject({ name: 'first' });
  await create('by bucket', bucket(id));
  expect(named(id)).toMatchObject({ name: 'first' });
  await create(id, web());
  expect(named(id)).toMatchObject({ name: id });
  await create('http://files.local/a.csv', web('http://other.local/'));
  expect(named('http://files.local/a.csv')).toMatchObject({ config: { url: 'http://other.local/' } });
});

test('an id or a bucket of another environment or workspace is none', async () => {
  const { id: workspaceId } = bench.services.workspaces.create('team', '');
  const live = await create('live one', bucket('lake'), { environment: 'live' });
  const team = await create('of the team', bucket('pond'), { workspaceId });
  for (const text of [live, 'lake']) {
    expect(named(text, { path: 'a.csv' })).toMatchObject({ name: 'live one' });
    expect(() => named(text, { path: 'a.csv', environment: 'sandbox' })).toThrow(missing);
  }
  const pipelineId = bench.services.pipelines.create(sampleDocument('Theirs'), 'window', {
    environment: null,
    workspaceId,
  }).id;
  for (const text of [team, 'pond']) {
    expect(named(text, { path: 'a.csv', pipelineId })).toMatchObject({ name: 'of the team' });
    expect(() => named(text, { path: 'a.csv' })).toThrow(missing);
  }
  await create('of the sandbox', bucket('lake'), { environment: 'sandbox' });
  expect(named('lake', { path: 'a.csv', environment: 'sandbox' })).toMatchObject({ name: 'of the sandbox' });
});

test('a bucket is meant with whole keys, within the prefix of its source', async () => {
  await create('narrow', bucket('lake', 'in/'));
  expect(named('lake', { path: 'in/a.csv' })).toMatchObject({ name: 'narrow', config: { prefix: '' } });
  expect(named('narrow', { path: 'a.csv' })).toMatchObject({ name: 'narrow', config: { prefix: 'in/' } });
  for (const path of ['out/a.csv', 'inside.csv', 'in'])
    expect(() => named('lake', { path })).toThrow(missing);
  await create('wide', bucket('lake'));
  expect(named('lake', { path: 'out/a.csv' })).toMatchObject({ name: 'wide' });
  expect(named('lake', { path: 'in/a.csv' })).toMatchObject({ name: 'narrow' });
  await create('twin', bucket('lake'));
  expect(() => named('lake', { path: 'out/a.csv' })).toThrow(
    refused(/"twin" and "wide" are both this bucket/),
  );
});

test('an address on the web needs no stored source, and gets no secrets', async () => {
  const config = { ...web('http://files.local/'), headerNames: ['X-Token'] };
  const secrets = { 'header:X-Token': 'hush-hush' };
  await bench.services.sources.create({ name: 'stored', config, secrets }, 'window');
  const url = 'http://files.local/a.csv?day=1';
  expect(named(url)).toEqual({ name: url, config: web(url), secrets: {}, version: url });
  expect(() => named('http://me:word@files.local/a.csv')).toThrow(refused(/holds a user or a password/));
  expect(() => named(`http://files.local/${'a'.repeat(3000)}`)).toThrow(refused(/too long/));
  expect(() => named('http://')).toThrow(refused(/no address/));
  for (const text of ['ftp://files.local/a.csv', 'file:///etc/passwd'])
    expect(() => named(text)).toThrow(missing);
});

test('steps are found by whichever text they name a source with', async () => {
  const id = await create('lake house', bucket('lake', 'in'));
  const read = (nodeId: string, source: string, path: string) => ({
    id: nodeId,
    kind: 'source-file',
    config: { source, path },
  });
  const document = {
    ...sampleDocument('Reader'),
    nodes: [
      read('name', 'Lake House', 'a.csv'),
      read('id', id, 'a.csv'),
      read('bucket', 'lake', 'in/a.csv'),
      read('elsewhere', 'lake', 'out/a.csv'),
    ],
    edges: [],
  };
  bench.services.pipelines.create(document as never, 'window');
  expect(bench.services.sources.usedBy(id).map(({ nodeId }) => nodeId)).toEqual(['name', 'id', 'bucket']);
});

test('a workspace that holds a source is not removed', async () => {
  const { id: workspaceId } = bench.services.workspaces.create('team', '');
  const id = await create('theirs', web(), { workspaceId });
  expect(() => bench.services.workspaces.remove('team')).toThrow(
    expect.objectContaining({ code: 'workspace_in_use', message: expect.stringMatching(/1 depot/) }),
  );
  await bench.services.sources.remove([id], 'window');
  expect(bench.services.workspaces.remove('team')).toMatchObject({ name: 'team' });
});
