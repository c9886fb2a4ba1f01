import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bareWorkflow, type DataosBench, flareTask, runEnded, startDataos } from './testing/dataos-client.ts';

let bench: DataosBench;
beforeAll(async () => {
  bench = await startDataos();
  const schedule = { cron: '0 2 1 1 *' };
  const dag = [{ name: 'task', spec: { stack: 'flare:7.0' } }];
  await bench.post('/v1/resources', bareWorkflow('target', { workflow: { schedule, dag } }));
  await bench.post('/v1/resources', bareWorkflow('other', { workflow: { schedule, dag } }));
});
afterAll(() => bench.stop());

const resource = (type: string, name: string, part: unknown, more = {}) => ({
  type,
  name,
  [type]: part,
  ...more,
});
const make = async (...given: Parameters<typeof resource>) => {
  const answer = await bench.post('/v1/resources', resource(...given));
  expect(answer.text).toContain('successfully');
  return answer;
};
const get = async (path: string) => (await bench.call(`/v1/resources/${path}`)).json;

describe('service', () => {
  const triggerOf = async (name: string) =>
    (await bench.temp.client.triggers.list({})).find(
      (trigger) => trigger.name === name && trigger.origin === 'own',
    );

  test.each([
    [
      'cron',
      { schedule: { cron: '0 3 * * *', timezone: 'Europe/Berlin' } },
      { kind: 'cron', cron: '0 3 * * *', timezone: 'Europe/Berlin' },
    ],
    [
      'file',
      { trigger: { type: 'file', folder: '', pattern: '*.csv' } },
      { kind: 'file', folder: '', pattern: '*.csv' },
    ],
    [
      'dataset',
      { trigger: { type: 'dataset', dataset: 'dataos://sluice:retail/orders' } },
      { kind: 'dataset', dataset: 'retail/orders' },
    ],
    ['webhook', { trigger: { type: 'webhook' } }, { kind: 'webhook' }],
    [
      'workflow',
      { trigger: { type: 'workflow', workflow: 'other', on: ['failed'] } },
      { kind: 'pipeline', on: ['failed'] },
    ],
  ])('of kind %s is a trigger of a named workflow', async (kind, part, config) => {
    const name = `by-${kind}`;
    const given = { workflow: 'target', ...part };
    const { headers, json } = await make('service', name, given, { tags: ['t'], description: 'Starts it' });
    expect(json.resource).toEqual({ name, version: 'v1', type: 'service', status: 'pending' });
    expect(headers.get('x-signing-secret') === null).toBe(kind !== 'webhook');
    expect(await triggerOf(name)).toMatchObject({ pipelineName: 'target', config, environment: 'live' });
    const told = await get(`service/${name}`);
    expect(told).toMatchObject({ name, status: 'active', tags: ['t'], description: 'Starts it' });
    if (kind === 'webhook') expect(told.spec.service.trigger.path).toMatch(/^\/hooks\//);
    else expect(told.spec).toEqual({ service: given });
  });

  test('is told as it is after the window changed it, and takes that back', async () => {
    const trigger = await triggerOf('by-cron');
    await bench.temp.client.triggers.pause({ id: trigger?.id ?? '' });
    const told = await get('service/by-cron');
    expect(told).toMatchObject({ status: 'paused', spec: { service: { workflow: 'target', paused: true } } });
    told.spec.service.paused = false;
    told.spec.service.trigger.cron = '0 4 * * *';
    expect((await bench.put('/v1/resources/service/by-cron', told)).status).toBe(200);
    expect(await triggerOf('by-cron')).toMatchObject({ pausedAt: null, config: { cron: '0 4 * * *' } });
  });

  test('listens to the dataset of its own workspace', async () => {
    const { client } = bench.temp;
    const dag = [{ name: 'task', spec: { stack: 'flare:7.0' } }];
    const space = { workspace: 'ear' };
    const outputs = [{ name: 'x', dataset: 'dataos://sluice:c/heard' }];
    const publishes = { dag: [flareTask('t', { sql: { x: 'select 1 as n' }, outputs })] };
    await bench.post(
      '/v1/resources',
      bareWorkflow('listener', { ...space, workflow: { schedule: { cron: '0 2 1 1 *' }, dag } }),
    );
    const part = { workflow: 'listener', trigger: { type: 'dataset', dataset: 'c/heard' } };
    await make('service', 'hears', part, space);
    await bench.post('/v1/resources', bareWorkflow('says-elsewhere', { workflow: publishes }));
    await runEnded(bench, 'says-elsewhere');
    await bench.post('/v1/resources', bareWorkflow('says-here', { ...space, workflow: publishes }));
    await runEnded(bench, 'says-here');
    await runEnded(bench, 'listener');
    const [pipeline] = await client.pipelines.list({ search: 'listener' });
    expect((await client.runs.list({ pipelineId: pipeline?.id })).runs).toMatchObject([
      { trigger: 'dataset' },
    ]);
    const { logs } = (await bench.call('/v1/resources/service/hears/logs?workspace=ear')).json;
    expect(logs.at(-1).message).toBe('Workflow completed successfully');
  });

  test('is gone with its trigger, and with its workflow', async () => {
    await bench.remove('/v1/resources/service/by-file');
    expect(await triggerOf('by-file')).toBeUndefined();
    const [pipeline] = await bench.temp.client.pipelines.list({ search: 'target' });
    await bench.temp.client.pipelines.remove({ ids: [pipeline?.id ?? ''] });
    expect((await bench.call('/v1/resources/service/by-cron')).status).toBe(404);
    await bench.temp.client.pipelines.restore({ ids: [pipeline?.id ?? ''] });
    expect((await bench.call('/v1/resources/service/by-cron')).status).toBe(200);
  });

  test.each([
    ['an unknown workflow', { workflow: 'none', schedule: { cron: '0 3 * * *' } }],
    ['no trigger', { workflow: 'target' }],
    ['two triggers', { workflow: 'target', schedule: { cron: '0 3 * * *' }, trigger: { type: 'webhook' } }],
    ['a schedule that is none', { workflow: 'target', schedule: { cron: 'often' } }],
    ['a circle', { workflow: 'other', trigger: { type: 'workflow', workflow: 'other' } }],
  ])('with %s is 400', async (_name, part) => {
    expect((await bench.post('/v1/resources', resource('service', 'wrong', part))).status).toBe(400);
    expect((await bench.call('/v1/resources/service/wrong')).status).toBe(404);
  });
});

describe('secret and depot', () => {
  const secretText = 's3cr3t-value-of-the-test';

  test('values of a secret are never told and stand nowhere in the store', async () => {
    await make('secret', 'db-login', { values: { password: secretText, username: 'reader' } });
    const { text, json } = await bench.call('/v1/resources/secret/db-login');
    expect(json.spec).toEqual({ secret: { keys: ['password', 'username'] } });
    expect(text).not.toContain(secretText);
    const files = readdirSync(bench.temp.home).filter((name) => /^sluice\.(db|log)/.test(name));
    for (const file of files)
      expect(readFileSync(join(bench.temp.home, file)).includes(secretText)).toBe(false);
  });

  test('a depot is a source, and uses the values of a secret', async () => {
    const part = {
      type: 'postgresql',
      spec: { host: '127.0.0.1', port: 5433, database: 'shop' },
      secret: 'db-login',
    };
    await make('depot', 'shop', part, { description: 'The shop' });
    const told = await get('depot/shop');
    expect(told.spec.depot).toEqual({
      type: 'postgresql',
      spec: { host: '127.0.0.1', port: 5433, database: 'shop', user: 'reader', tls: 'off' },
      secret: 'db-login',
      secretNames: ['password'],
    });
    expect(JSON.stringify(told)).not.toContain(secretText);
    const [source] = await bench.temp.client.sources.list({ search: 'shop' });
    expect(source).toMatchObject({
      name: 'shop',
      type: 'postgresql',
      description: 'The shop',
      environment: 'live',
    });
    expect((await bench.put('/v1/resources/depot/shop', told)).status).toBe(200);
    expect((await get('depot/shop')).spec).toEqual(told.spec);
  });

  test('a depot can be made from a connection string, and is told without its password', async () => {
    await make('depot', 'stock', { connection: `mysql://ann:${secretText}@127.0.0.1:3307/stock` });
    const told = await get('depot/stock');
    expect(told.spec.depot).toMatchObject({
      type: 'mysql',
      spec: { host: '127.0.0.1', port: 3307, database: 'stock', user: 'ann' },
      secretNames: ['password'],
    });
    expect(JSON.stringify(told)).not.toContain(secretText);
  });

  test('a source that others made is a depot', async () => {
    await bench.temp.client.sources.create({ name: 'From the Window', config: { type: 'folder', path: '' } });
    expect(await get('depot/from-the-window')).toMatchObject({
      status: 'active',
      spec: { depot: { type: 'folder', spec: { path: '' } } },
    });
    await bench.remove('/v1/resources/depot/from-the-window');
    expect(await bench.temp.client.sources.list({ search: 'From the Window' })).toEqual([]);
  });

  test('a secret can be replaced, sent back as it is told, and deleted', async () => {
    await make('secret', 'plain', { data: { token: 'a' } });
    const told = await get('secret/plain');
    expect((await bench.put('/v1/resources/secret/plain', told)).status).toBe(200);
    expect((await get('secret/plain')).spec).toEqual({ secret: { keys: ['token'] } });
    await bench.put('/v1/resources/secret/plain', resource('secret', 'plain', { values: { other: 'b' } }));
    expect((await get('secret/plain')).spec).toEqual({ secret: { keys: ['other'] } });
    expect((await bench.remove('/v1/resources/secret/plain')).json.resource).toEqual({
      name: 'plain',
      type: 'secret',
    });
    expect((await bench.call('/v1/resources/secret/plain')).status).toBe(404);
  });

  test.each([
    ['an unknown type', { type: 'oracle', spec: {} }],
    ['no type', { spec: {} }],
    ['a spec that does not fit', { type: 'postgresql', spec: { host: '' } }],
    ['an unknown field', { type: 'folder', spec: { path: '', colour: 'red' } }],
    ['an unknown secret', { type: 'postgresql', spec: { host: 'h', database: 'd' }, secret: 'none' }],
    ['a secret of another kind', { type: 'folder', spec: { path: '' }, secrets: { password: 'x' } }],
    ['a connection that cannot be read', { connection: 'not one' }],
  ])('a depot with %s is 400', async (_name, part) => {
    expect((await bench.post('/v1/resources', resource('depot', 'wrong', part))).status).toBe(400);
    expect((await bench.call('/v1/resources/depot/wrong')).status).toBe(404);
  });
});

describe('dataset', () => {
  test('can be announced before anything is published to it', async () => {
    const columns = [{ name: 'n', type: 'INTEGER' }];
    await make(
      'dataset',
      'coming',
      { address: 'dataos://sluice:retail/coming', columns },
      { tags: ['soon'] },
    );
    expect(await get('dataset/coming')).toMatchObject({
      status: 'active',
      spec: { dataset: { address: 'dataos://sluice:retail/coming', columns } },
    });
    const outputs = [{ name: 'x', dataset: 'dataos://sluice:retail/coming' }];
    const dag = [flareTask('t', { sql: { x: 'select 7 as n' }, outputs })];
    await bench.post('/v1/resources', bareWorkflow('brings', { workflow: { dag } }));
    await runEnded(bench, 'brings');
    const told = await get('dataset/coming');
    expect(told).toMatchObject({
      tags: ['soon'],
      spec: { dataset: { rows: 1, columns: [{ name: 'n', type: 'INTEGER' }] } },
    });
    const datasets = (await bench.call('/v1/resources?type=dataset')).json.data;
    expect(datasets.map(({ name }: { name: string }) => name)).not.toContain('retail-coming');
    told.description = 'Described';
    expect((await bench.put('/v1/resources/dataset/coming', told)).status).toBe(200);
    expect((await get('dataset/coming')).description).toBe('Described');
    const again = resource('dataset', 'again', { address: 'dataos://sluice:retail/coming' });
    expect((await bench.post('/v1/resources', again)).status).toBe(409);
    const moved = resource('dataset', 'coming', { address: 'dataos://sluice:retail/elsewhere' });
    expect((await bench.put('/v1/resources/dataset/coming', moved)).status).toBe(400);
    expect((await bench.remove('/v1/resources/dataset/coming')).status).toBe(200);
    expect(await bench.temp.client.datasets.list({ search: 'coming' })).toEqual([]);
  });

  test('that is only announced can be deleted', async () => {
    await make('dataset', 'never-came', {});
    expect((await get('dataset/never-came')).spec.dataset.address).toBe('dataos://sluice:none/never-came');
    expect((await bench.remove('/v1/resources/dataset/never-came')).status).toBe(200);
    expect((await bench.call('/v1/resources/dataset/never-came')).status).toBe(404);
  });
});
