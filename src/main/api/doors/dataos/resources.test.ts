import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bareWorkflow,
  type DataosBench,
  flareTask,
  rowsOf,
  runEnded,
  startDataos,
  until,
} from './testing/dataos-client.ts';

let bench: DataosBench;
beforeAll(async () => {
  bench = await startDataos();
});
afterAll(() => bench.stop());

const workflowText = `name: my-workflow
version: v1
type: workflow
workflow:
  dag:
    - name: task
      spec:
        stack: flare:7.0
`;

const statusOf = async (path: string, key?: string) => (await bench.call(path, { key })).status;

describe('create', () => {
  test('takes the documented YAML and answers exactly as documented', async () => {
    const { status, json } = await bench.post('/v1/resources', workflowText);
    expect(status).toBe(201);
    expect(json).toEqual({
      message: 'Resource created successfully',
      resource: { name: 'my-workflow', version: 'v1', type: 'workflow', status: 'pending' },
    });
  });

  test.each(['application/yaml', 'application/x-yaml', 'text/yaml'])(
    'takes YAML as %s, and JSON: both give the same resource',
    async (type) => {
      const name = `by-${type.replace('/', '-')}`;
      await bench.post('/v1/resources', workflowText.replace('my-workflow', name), { type });
      await bench.post('/v1/resources', bareWorkflow(`${name}-json`));
      const [yaml, json] = await Promise.all(
        [name, `${name}-json`].map((one) => bench.call(`/v1/resources/workflow/${one}`)),
      );
      const plain = (one: typeof yaml) => ({ ...one?.json, name: '', status: '' });
      expect(plain(yaml)).toEqual(plain(json));
    },
  );

  test('of what exists is 409 in the documented words', async () => {
    await bench.post('/v1/resources', bareWorkflow('twice'));
    const { status, json } = await bench.post('/v1/resources', bareWorkflow('twice'));
    expect(status).toBe(409);
    expect(json.error).toMatchObject({
      code: 'RESOURCE_ALREADY_EXISTS',
      message: "Workflow 'twice' already exists",
      details: { type: 'workflow', name: 'twice', workspace: 'public' },
    });
  });

  test('parallel creates of one name make one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => bench.post('/v1/resources', bareWorkflow('crowd'))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
  });

  test('makes the workspace that it names', async () => {
    const made = await bench.post('/v1/resources', bareWorkflow('placed', { workspace: 'new-space' }));
    expect(made.status).toBe(201);
    expect((await bench.call('/v1/workspaces/new-space')).json).toMatchObject({ name: 'new-space' });
    expect((await bench.call('/v1/resources/workflow/placed?workspace=new-space')).json.workspace).toBe(
      'new-space',
    );
  });

  test.each([
    ['no type', { name: 'a' }],
    ['an unknown type', { name: 'a', type: 'cluster' }],
    ['no part of its type', { name: 'a', type: 'workflow' }],
    ['a part of another type', { name: 'a', type: 'workflow', secret: { values: { a: 'b' } } }],
    ['a name that no address holds', bareWorkflow('a/b')],
    ['a name of nothing', bareWorkflow('')],
    ['no tasks', { name: 'a', type: 'workflow', workflow: { dag: [] } }],
    ['an unknown field', bareWorkflow('a', { colour: 'red' })],
    [
      'a schedule that is none',
      bareWorkflow('a', { workflow: { ...bareWorkflow('a').workflow, schedule: { cron: 'often' } } }),
    ],
    ['a list', []],
    ['a text', '"text"'],
    ['an empty body', ''],
  ])('%s is 400', async (_name, body) => {
    const { status, json } = await bench.post('/v1/resources', body);
    expect([status, json.error.code]).toEqual([400, 'INVALID_REQUEST']);
    expect(json.error.message).not.toBe('');
  });

  test('SQL that is no SELECT is 400 with its place, at create and at update; what it reads is found out by its run', async () => {
    const workflow = (name: string, second: string) => ({
      ...bareWorkflow(name),
      workflow: {
        schedule: { cron: '0 2 * * *' },
        dag: [
          flareTask('first', { sql: { a: 'select 1 as x' } }),
          flareTask('then', { sql: { b: 'select 2 as y;', c: second } }),
        ],
      },
    });
    const path = 'workflow.dag[1].spec.stackSpec.job.steps[0].sequence[1].sql';
    expect((await bench.post('/v1/resources', workflow('sound-sql', 'select * from b'))).status).toBe(201);
    for (const sql of ['selec 1', 'select (1', 'select 1; select 2', 'drop table b']) {
      for (const { status, json } of [
        await bench.post('/v1/resources', workflow('broken-sql', sql)),
        await bench.put('/v1/resources/workflow/sound-sql', workflow('sound-sql', sql)),
      ]) {
        expect([sql, status]).toEqual([sql, 400]);
        expect(json.error.message).toMatch(`${path}: `);
      }
    }
    expect(await statusOf('/v1/resources/workflow/broken-sql')).toBe(404);
    const later = workflow('later-sql', 'select nothing, $p from nowhere');
    expect((await bench.post('/v1/resources', later)).status).toBe(201);
  });

  test('a cycle is 400 and named', async () => {
    const dag = [flareTask('a', {}, ['b']), flareTask('b', {}, ['a'])];
    await bench.post('/v1/resources', bareWorkflow('circle', { workflow: { dag }, workspace: 'never-made' }));
    expect(await statusOf('/v1/workspaces/never-made')).toBe(404);
    const { status, json } = await bench.post('/v1/resources', bareWorkflow('circle', { workflow: { dag } }));
    expect([status, json.error.message]).toEqual([
      400,
      'workflow.dag[0].dependencies: The tasks depend on one another in a circle: a -> b -> a.',
    ]);
    expect(await statusOf('/v1/resources/workflow/circle')).toBe(404);
  });

  test('bodies of other types are 415', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])
      expect((await bench.post('/v1/resources', 'a=b', { type })).status).toBe(415);
  });
});

describe('get', () => {
  test('answers every documented field, with the spec as it was sent', async () => {
    const spec = {
      schedule: { cron: '0 2 * * *' },
      dag: [{ name: 'extract', spec: { stack: 'flare:7.0' } }],
    };
    await bench.post('/v1/resources', {
      name: 'daily-etl',
      version: 'v1',
      type: 'workflow',
      workspace: 'analytics',
      tags: ['production', 'daily'],
      description: 'Daily ETL pipeline',
      workflow: spec,
    });
    const { status, json } = await bench.call('/v1/resources/workflow/daily-etl?workspace=analytics');
    expect(status).toBe(200);
    expect(json).toEqual({
      name: 'daily-etl',
      version: 'v1',
      type: 'workflow',
      workspace: 'analytics',
      tags: ['production', 'daily'],
      description: 'Daily ETL pipeline',
      status: 'active',
      spec: { workflow: spec },
    });
  });

  test('of what is not there is the documented 404, whatever the type', async () => {
    const { status, json } = await bench.call('/v1/resources/workflow/gone?workspace=analytics');
    expect(status).toBe(404);
    expect(json).toEqual({
      error: {
        code: 'RESOURCE_NOT_FOUND',
        message: "Workflow 'gone' not found",
        details: { type: 'workflow', name: 'gone', workspace: 'analytics' },
      },
    });
    expect((await bench.call('/v1/resources/secret/gone')).json.error.message).toBe(
      "Secret 'gone' not found",
    );
    expect(await statusOf('/v1/resources/banana/gone')).toBe(400);
  });

  test('without a workspace means public, then the only other one that has it', async () => {
    await bench.post('/v1/resources', bareWorkflow('far', { workspace: 'one' }));
    expect((await bench.call('/v1/resources/workflow/far')).json.workspace).toBe('one');
    await bench.post('/v1/resources', bareWorkflow('far', { workspace: 'two' }));
    const ambiguous = await bench.call('/v1/resources/workflow/far');
    expect([ambiguous.status, ambiguous.json.error.message]).toEqual([
      400,
      "Workflow 'far' exists in several workspaces: one, two. Say which with ?workspace=.",
    ]);
    await bench.post('/v1/resources', bareWorkflow('far'));
    expect((await bench.call('/v1/resources/workflow/far')).json.workspace).toBe('public');
  });
});

describe('list', () => {
  test('answers the documented fields, filtered, in pages of 20', async () => {
    for (const name of ['p1', 'p2', 'p3'])
      await bench.post('/v1/resources', bareWorkflow(name, { workspace: 'paged', tags: [`t-${name}`] }));
    const { json } = await bench.call('/v1/resources?type=workflow&workspace=paged');
    expect(json.meta).toEqual({ total: 3, limit: 20, offset: 0 });
    expect(json.data.map(({ name }: { name: string }) => name)).toEqual(['p1', 'p2', 'p3']);
    expect(Object.keys(json.data[0])).toEqual(['name', 'version', 'type', 'workspace', 'status', 'created']);
    expect(json.data[0].created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const page = (await bench.call('/v1/resources?workspace=paged&limit=2&offset=2')).json;
    expect([page.data.length, page.data[0].name, page.meta]).toEqual([
      1,
      'p3',
      { total: 3, limit: 2, offset: 2 },
    ]);
    const tagged = (await bench.call('/v1/resources?tag=t-p2')).json;
    expect(tagged.data).toMatchObject([{ name: 'p2' }]);
    expect((await bench.call('/v1/resources?name=p3')).json.meta.total).toBe(1);
  });

  test('of an unknown workspace is empty, of a wrong filter 400', async () => {
    expect((await bench.call('/v1/resources?workspace=nowhere')).json).toEqual({
      data: [],
      meta: { total: 0, limit: 20, offset: 0 },
    });
    for (const query of ['type=banana', 'limit=0', 'limit=many', 'offset=-1', 'limit=1.5'])
      expect(await statusOf(`/v1/resources?${query}`)).toBe(400);
  });
});

describe('update', () => {
  test('takes the documented body and makes a new revision', async () => {
    await bench.post('/v1/resources', bareWorkflow('revised'));
    const text = workflowText.replace('my-workflow', 'revised').replace('name: task', 'name: updated-task');
    const { status, json } = await bench.put('/v1/resources/workflow/revised', text);
    expect([status, json]).toEqual([
      200,
      {
        message: 'Resource updated successfully',
        resource: { name: 'revised', version: 'v1', type: 'workflow', status: 'pending' },
      },
    ]);
    const { spec } = (await bench.call('/v1/resources/workflow/revised')).json;
    expect(spec.workflow.dag[0].name).toBe('updated-task');
    const [pipeline] = await bench.temp.client.pipelines.list({ search: 'revised' });
    expect(pipeline?.revision).toBe(2);
  });

  test('takes what a get answered, with a change', async () => {
    const schedule = { cron: '0 2 * * *' };
    const dag = [{ name: 'extract', spec: { stack: 'flare:7.0' } }];
    await bench.post('/v1/resources', bareWorkflow('cron', { workflow: { schedule, dag } }));
    const { json } = await bench.call('/v1/resources/workflow/cron');
    json.spec.workflow.schedule.cron = '0 3 * * *';
    expect((await bench.put('/v1/resources/workflow/cron', json)).status).toBe(200);
    const [trigger] = (await bench.temp.client.triggers.list({})).filter(({ name }) => name === 'cron');
    expect(trigger?.config).toMatchObject({ kind: 'cron', cron: '0 3 * * *' });
  });

  test('of what is not there is 404, of another name or type 400', async () => {
    expect((await bench.put('/v1/resources/workflow/none', bareWorkflow('none'))).status).toBe(404);
    await bench.post('/v1/resources', bareWorkflow('mine'));
    expect((await bench.put('/v1/resources/workflow/mine', bareWorkflow('other'))).status).toBe(400);
    expect(
      (await bench.put('/v1/resources/workflow/mine', { ...bareWorkflow('mine'), type: 'secret' })).status,
    ).toBe(400);
  });
});

describe('delete', () => {
  test('answers as documented; the name is free again', async () => {
    await bench.post('/v1/resources', bareWorkflow('old-workflow', { workspace: 'analytics' }));
    const { status, json } = await bench.remove('/v1/resources/workflow/old-workflow?workspace=analytics');
    expect([status, json]).toEqual([
      200,
      { message: 'Resource deleted successfully', resource: { name: 'old-workflow', type: 'workflow' } },
    ]);
    expect(await statusOf('/v1/resources/workflow/old-workflow?workspace=analytics')).toBe(404);
    expect((await bench.remove('/v1/resources/workflow/old-workflow?workspace=analytics')).status).toBe(404);
    const again = await bench.post('/v1/resources', bareWorkflow('old-workflow', { workspace: 'analytics' }));
    expect(again.status).toBe(201);
  });
});

test('other methods are 405, other paths 404, in the door’s own shape', async () => {
  const wrong = await bench.call('/v1/resources', { method: 'PATCH' });
  expect([wrong.status, wrong.json.error.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
  for (const path of ['/v1/resources/workflow', '/v1/nonsense', '/v1/resources/workflow/a/b/c']) {
    const lost = await bench.call(path);
    expect([path, lost.status, lost.json.error.code]).toEqual([path, 404, 'NOT_FOUND']);
    expect((await bench.call(path, { key: 'slc_live_nope' })).status).toBe(401);
  }
  // What lies below a path of door 5 is refused in its words.
  expect((await bench.call('/v1/analytics/reports')).json.error).toHaveProperty('request_id');
});

test('the whole of the Python example works as it is written', async () => {
  const spec = {
    name: 'sales-pipeline',
    version: 'v1',
    type: 'workflow',
    workspace: 'analytics',
    workflow: {
      schedule: { cron: '0 2 * * *' },
      dag: [{ name: 'extract', spec: { stack: 'flare:7.0' } }],
    },
  };
  const made = await bench.post('/v1/resources', spec);
  expect([made.status, made.json.resource.name]).toEqual([201, 'sales-pipeline']);
  const status = await until(async () => {
    const { json } = await bench.call('/v1/resources/workflow/sales-pipeline?workspace=analytics');
    return json.status === 'active' ? json.status : undefined;
  });
  expect(status).toBe('active');
  // The example asks for the logs without the workspace.
  const { status: found, json } = await bench.call('/v1/resources/workflow/sales-pipeline/logs?tail=50');
  expect([found, json]).toEqual([200, { logs: [] }]);
});

test('rows of a workflow without a schedule are there once it ran', async () => {
  const sql = { three: 'select range as n from range(3)', doubled: 'select n * 2 as n from three' };
  const dag = [
    flareTask('t', { sql, outputs: [{ name: 'doubled', dataset: 'dataos://sluice:demo/doubled' }] }),
  ];
  await bench.post('/v1/resources', bareWorkflow('doubles', { workflow: { dag } }));
  expect(await runEnded(bench, 'doubles')).toBe('succeeded');
  expect((await rowsOf(bench, 'demo/doubled')).flat().map(Number)).toEqual([0, 2, 4]);
  const log = readFileSync(join(bench.temp.home, 'sluice.log'), 'utf8');
  expect(log).not.toContain(bench.key);
});
