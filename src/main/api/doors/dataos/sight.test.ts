import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endlessPipeline, smallPipeline } from '../../../../../test/support/temp-app.ts';
import {
  bareWorkflow,
  type DataosBench,
  flareTask,
  runEnded,
  startDataos,
  until,
} from './testing/dataos-client.ts';

let bench: DataosBench;
beforeAll(async () => {
  bench = await startDataos();
});
afterAll(() => bench.stop());

const statusOf = async (path: string, key?: string) => (await bench.call(path, { key })).status;

describe('what others made', () => {
  test('a pipeline of the window is a workflow that stays true, and can be changed here', async () => {
    const { client } = bench.temp;
    const made = await client.pipelines.create({ document: smallPipeline('Drawn by Hand') });
    const path = '/v1/resources/workflow/drawn-by-hand';
    const first = (await bench.call(path)).json;
    expect(first).toMatchObject({ name: 'drawn-by-hand', workspace: 'public', tags: [], status: 'active' });
    expect(first.spec.workflow.dag.map(({ name }: { name: string }) => name)).toEqual([
      'data',
      'recent',
      'out',
    ]);
    await bench.put(path, { ...first, tags: ['kept'], description: 'Now described' });
    const changed = await client.pipelines.get({ id: made.id });
    expect(changed).toMatchObject({ name: 'Drawn by Hand', description: 'Now described' });
    expect(changed.document.nodes).toEqual(
      made.document.nodes.map((node, at) => ({ ...node, at: changed.document.nodes[at]?.at })),
    );
    await client.pipelines.rename({ id: made.id, name: 'Another name' });
    const later = (await bench.call(path)).json;
    expect(later).toMatchObject({ tags: ['kept'], spec: { workflow: { title: 'Another name' } } });
  });

  test('what was sent here is told as it is after the window changed it', async () => {
    const { client } = bench.temp;
    await bench.post('/v1/resources', bareWorkflow('then-drawn'));
    const [pipeline] = await client.pipelines.list({ search: 'then-drawn' });
    const { document, revision } = await client.pipelines.get({ id: pipeline?.id ?? '' });
    await client.pipelines.save({
      id: pipeline?.id ?? '',
      baseRevision: revision,
      document: {
        ...document,
        nodes: [...document.nodes, ...smallPipeline('x').nodes],
        edges: smallPipeline('x').edges,
      },
    });
    const { spec } = (await bench.call('/v1/resources/workflow/then-drawn')).json;
    expect(spec.workflow.dag.map(({ name }: { name: string }) => name)).toEqual([
      'task',
      'data',
      'recent',
      'out',
    ]);
  });

  test('two things of one name have two names here, which they keep', async () => {
    const { client } = bench.temp;
    const first = await client.pipelines.create({ document: smallPipeline('Same') });
    await client.pipelines.create({ document: smallPipeline('same!') });
    const list = (await bench.call('/v1/resources?type=workflow&limit=1000')).json.data;
    const names = list.map(
      ({ name, workspace }: { name: string; workspace: string }) => `${workspace}/${name}`,
    );
    expect(names).toEqual(expect.arrayContaining(['public/same', 'public/same-2']));
    expect(new Set(names).size).toBe(names.length);
    await client.pipelines.remove({ ids: [first.id] });
    expect(await statusOf('/v1/resources/workflow/same')).toBe(404);
    expect(await statusOf('/v1/resources/workflow/same-2')).toBe(200);
    await client.pipelines.restore({ ids: [first.id] });
    expect(await statusOf('/v1/resources/workflow/same')).toBe(200);
  });

  test('a dataset that a run published is a dataset', async () => {
    const { client } = bench.temp;
    const { id } = await client.pipelines.create({ document: smallPipeline('Three Rows') });
    await client.runs.start({ pipelineId: id, parameters: {} });
    const told = await until(async () => {
      const { status, json } = await bench.call('/v1/resources/dataset/three-rows');
      return status === 200 ? json : undefined;
    });
    expect(told.spec.dataset).toMatchObject({
      address: 'dataos://sluice:none/Three Rows',
      columns: [{ name: 'a' }],
      rows: 2,
    });
    expect((await bench.remove('/v1/resources/dataset/three-rows')).status).toBe(200);
    expect((await client.datasets.list({ search: 'Three Rows' })).length).toBe(0);
  });
});

describe('status', () => {
  test('is pending while the first run of a workflow waits, and active whatever became of it', async () => {
    const { client } = bench.temp;
    const { concurrentRuns } = (await client.system.settings({})) as { concurrentRuns: number };
    const busy = await Promise.all(
      Array.from({ length: concurrentRuns }, (_one, at) =>
        client.pipelines.create({ document: endlessPipeline(`Busy ${at}`) }),
      ),
    );
    const key = (await client.keys.create({ name: 'busy', plan: 'unlimited' })).key;
    const starts = await Promise.all(
      busy.map(async ({ id }) => {
        const answer = await fetch(`${bench.temp.url}/api/pub/v1/dataflows/${id}/start`, {
          method: 'POST',
          headers: { 'x-api-key': key },
        });
        return ((await answer.json()) as { runId: string }).runId;
      }),
    );
    await until(async () => {
      // These, and not a run of an earlier test that is about to end.
      const { runs } = await client.runs.list({ statuses: ['running'] });
      return starts.every((id) => runs.some((run) => run.id === id)) ? true : undefined;
    });
    await bench.post('/v1/resources', bareWorkflow('waits'));
    const dag = [
      flareTask('t', {
        sql: { bad: "select cast('x' as integer) as n" },
        outputs: [{ name: 'bad', dataset: 'dataos://sluice:c/bad' }],
      }),
    ];
    await bench.post('/v1/resources', bareWorkflow('breaks', { workflow: { dag } }));
    expect((await bench.call('/v1/resources/workflow/waits')).json.status).toBe('pending');
    const pending = (await bench.call('/v1/resources?status=pending&name=breaks')).json;
    await Promise.all(starts.map((id) => client.runs.cancel({ id })));
    expect(pending.data).toMatchObject([{ name: 'breaks', status: 'pending' }]);
    expect(await runEnded(bench, 'breaks')).toBe('failed');
    await runEnded(bench, 'waits');
    expect((await bench.call('/v1/resources/workflow/waits')).json.status).toBe('active');
    expect((await bench.call('/v1/resources/workflow/breaks')).json.status).toBe('active');
  });

  test('is paused when the schedule of a workflow was paused', async () => {
    const schedule = { cron: '0 2 * * *' };
    const dag = [{ name: 'extract', spec: { stack: 'flare:7.0' } }];
    await bench.post('/v1/resources', bareWorkflow('sleepy', { workflow: { schedule, dag } }));
    expect((await bench.call('/v1/resources/workflow/sleepy')).json.status).toBe('active');
    const [trigger] = (await bench.temp.client.triggers.list({})).filter(({ name }) => name === 'sleepy');
    await bench.temp.client.triggers.pause({ id: trigger?.id ?? '' });
    expect((await bench.call('/v1/resources/workflow/sleepy')).json.status).toBe('paused');
  });
});

describe('keys', () => {
  test('no key or a wrong one is 401 in the door’s own shape', async () => {
    const { status, json } = await bench.call('/v1/resources', { key: 'slc_live_nope' });
    expect(status).toBe(401);
    expect(json.error).toMatchObject({ code: 'UNAUTHORIZED', details: {} });
    expect(await statusOf('/v1/resources/workflow/x/nowhere', 'slc_live_nope')).toBe(401);
  });

  test('another environment’s resources are not there', async () => {
    const sandbox = await bench.temp.key({ plan: 'unlimited', environment: 'sandbox' });
    await bench.post('/v1/resources', bareWorkflow('only-live'));
    expect(await statusOf('/v1/resources/workflow/only-live', sandbox)).toBe(404);
    expect((await bench.post('/v1/resources', bareWorkflow('only-live'), { key: sandbox })).status).toBe(201);
    expect((await bench.remove('/v1/resources/workflow/only-live', { key: sandbox })).status).toBe(200);
    expect(await statusOf('/v1/resources/workflow/only-live')).toBe(200);
  });

  test('what was made in the window is seen from the sandbox and changed from live alone', async () => {
    const sandbox = await bench.temp.key({ plan: 'unlimited', environment: 'sandbox' });
    await bench.temp.client.pipelines.create({ document: smallPipeline('Of both') });
    const path = '/v1/resources/workflow/of-both';
    const told = (await bench.call(path, { key: sandbox })).json;
    expect((await bench.put(path, told, { key: sandbox })).status).toBe(403);
    expect((await bench.remove(path, { key: sandbox })).status).toBe(403);
    expect((await bench.put(path, told)).status).toBe(200);
    expect((await bench.remove(path)).status).toBe(200);
  });

  test('a key that only reads writes nothing and learns nothing of depots and secrets', async () => {
    const reader = await bench.temp.key({ plan: 'unlimited', scopes: ['dataos:read'] });
    expect(await statusOf('/v1/resources', reader)).toBe(200);
    expect((await bench.post('/v1/resources', bareWorkflow('no'), { key: reader })).status).toBe(403);
    expect((await bench.remove('/v1/resources/workflow/daily-etl', { key: reader })).status).toBe(403);
    await bench.post('/v1/resources', { name: 'hidden', type: 'secret', secret: { values: { a: 'b' } } });
    expect(await statusOf('/v1/resources/secret/hidden', reader)).toBe(403);
    expect(await statusOf('/v1/resources?type=depot', reader)).toBe(403);
    const types = (await bench.call('/v1/resources?limit=1000', { key: reader })).json.data.map(
      ({ type }: { type: string }) => type,
    );
    expect(types).not.toContain('secret');
  });

  test('a key that is limited to pipelines sees those alone and makes nothing', async () => {
    const { client } = bench.temp;
    const mine = await client.pipelines.create({ document: smallPipeline('Reached') });
    await client.pipelines.create({ document: smallPipeline('Not reached') });
    const limited = await bench.temp.key({ plan: 'unlimited', pipelineIds: [mine.id] });
    expect((await bench.call('/v1/resources', { key: limited })).json.data).toMatchObject([
      { name: 'reached' },
    ]);
    expect(await statusOf('/v1/resources/workflow/not-reached', limited)).toBe(404);
    expect((await bench.post('/v1/resources', bareWorkflow('more'), { key: limited })).status).toBe(403);
    expect((await bench.post('/v1/workspaces', { name: 'more' }, { key: limited })).status).toBe(403);
    const path = '/v1/resources/workflow/reached';
    const told = (await bench.call(path, { key: limited })).json;
    const [, filter, save] = told.spec.workflow.dag;
    filter.spec.stackSpec.node.config.where = 'a >= 1';
    expect((await bench.put(path, told, { key: limited })).status).toBe(200);
    save.spec.stackSpec.node.config.name = 'Not reached';
    expect((await bench.put(path, told, { key: limited })).status).toBe(403);
  });

  test('a key that reaches no pipeline makes no webhook: without pipelines one tells of all', async () => {
    const none = await bench.temp.key({ plan: 'unlimited', pipelineIds: [] });
    const made = await bench.post('/v1/webhooks', { url: 'https://myapp.com/none' }, { key: none });
    expect([made.status, made.json.error.code]).toEqual([403, 'KEY_LIMITED']);
    expect((await bench.temp.client.webhooks.list()).map(({ url }) => url)).not.toContain(
      'https://myapp.com/none',
    );
  });

  test('more than 100 requests a minute are the documented 429', async () => {
    const key = await bench.temp.key();
    const answers = await Promise.all(
      Array.from({ length: 110 }, () => bench.call('/v1/workspaces', { key })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(100);
    expect(refused.length).toBeGreaterThan(0);
    for (const { json, headers } of refused) {
      const { retry_after } = json.error;
      expect(json).toEqual({
        error: {
          code: 'RATE_LIMIT_EXCEEDED',
          message: `Rate limit exceeded. Retry after ${retry_after} seconds.`,
          retry_after,
        },
      });
      expect(headers.get('retry-after')).toBe(String(retry_after));
    }
    expect(answers[0]?.headers.get('x-ratelimit-limit')).toBe('100');
  });
});
