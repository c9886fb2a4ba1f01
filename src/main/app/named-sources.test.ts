import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTempApp, type TempApp } from '../../../test/support/temp-app.ts';
import { startS3 } from '../connectors/testing/s3-server.ts';

let temp: TempApp;
let lake: Awaited<ReturnType<typeof startS3>>;
let web: Server;
let webUrl: string;
let keys: { live: string; sandbox: string };
const people = 'id,name\n1,ann\n2,bob\n3,cid\n';
const asked: (string | undefined)[] = [];

beforeAll(async () => {
  [temp, lake] = await Promise.all([startTempApp(), startS3()]);
  web = createServer(({ url }, response) => {
    asked.push(url);
    if (url === '/people.csv.gz') response.end(gzipSync(people));
    else if (url?.startsWith('/people.csv')) response.end(people);
    else response.writeHead(url === '/on' ? 302 : 404, { location: `${temp.url}/people.csv` }).end();
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  webUrl = `http://127.0.0.1:${(web.address() as { port: number }).port}`;
  keys = {
    live: await temp.key({ plan: 'unlimited' }),
    sandbox: await temp.key({ plan: 'unlimited', environment: 'sandbox' }),
  };
  mkdirSync(join(temp.home, 'files'), { recursive: true });
  const database = new DatabaseSync(join(temp.home, 'files', 'shop.db'));
  database.exec("CREATE TABLE orders (id INTEGER, note TEXT); INSERT INTO orders VALUES (1, 'a'), (2, 'b')");
  database.close();
});
afterAll(async () => {
  web.close();
  await Promise.all([temp.stop(), lake.stop()]);
});

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, of which each test reads a few fields.
type Json = any;

async function call(
  method: string,
  path: string,
  body?: unknown,
  as = keys.live,
): Promise<{ status: number; json: Json }> {
  const answer = await fetch(`${temp.url}/api/v1/${path}`, {
    method,
    headers: { authorization: `ApiKey ${as}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: await answer.json() };
}

/** Runs a pipeline of these steps with a key; answers its run. */
async function run(steps: unknown[], { as = keys.live, input }: { as?: string; input?: string } = {}) {
  const made = await call('POST', 'pipelines', { name: `p${Math.random()}`, steps }, as);
  expect([made.status, made.json.details]).toEqual([201, undefined]);
  const { pipelineId } = made.json;
  const job = await call('POST', 'jobs', { pipelineId, ...(input === undefined ? {} : { input }) }, as);
  expect([job.status, job.json.details]).toEqual([202, undefined]);
  for (;;) {
    const found = await temp.client.runs.get({ id: job.json.jobId });
    if (found.finishedAt !== null) {
      const { json } = await call('GET', `jobs/${job.json.jobId}/results`, undefined, as);
      return { error: found.error, status: found.status, json: JSON.stringify(json) };
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const source = (config: object) => ({ type: 'source', config });
const sink = (target: string) => ({ type: 'sink', config: { target } });
const trim = { type: 'transform', config: { operation: 'trim' } };
const succeeded = (rows: RegExp) => ({ error: null, status: 'succeeded', json: expect.stringMatching(rows) });

test('a file on the web is read without a stored source, packed or not', async () => {
  for (const name of ['people.csv', 'people.csv.gz'])
    expect(await run([source({ url: `${webUrl}/${name}`, format: 'csv' }), trim])).toMatchObject(
      succeeded(/ann.*bob.*cid/s),
    );
  const other = await run([source({ path: 'none.csv' }), trim], { input: `${webUrl}/people.csv?day=1` });
  expect(other).toMatchObject(succeeded(/ann.*bob.*cid/s));
  expect(asked).toContain('/people.csv?day=1');
});

test('addresses of Sluice itself and link-local ones are no files on the web', async () => {
  for (const url of [`${temp.url}/a.csv`, 'http://169.254.169.254/a.csv']) {
    const { error } = await run([source({ url, format: 'csv' })]);
    expect(error).toMatchObject({
      code: 'source_refused',
      message: expect.stringMatching(/nothing is sent to/),
    });
  }
  const { error } = await run([source({ url: `${webUrl}/on`, format: 'csv' })]);
  expect(error).toMatchObject({ message: expect.stringMatching(/the address of Sluice itself/) });
  const { error: gone } = await run([source({ url: `${webUrl}/gone.csv` })]);
  expect(gone).toMatchObject({ message: expect.stringMatching(/has nothing at \/gone\.csv/) });
});

test('a bucket is written to and read from by its name', { timeout: 60_000 }, async () => {
  const { config, secrets } = lake.source;
  await temp.client.sources.create({ name: 'the lake house', config, secrets });
  expect(
    await run([source({ url: `${webUrl}/people.csv` }), sink('s3://lake/out/people.csv')]),
  ).toMatchObject({
    error: null,
    status: 'succeeded',
  });
  expect(await run([source({ path: 's3://lake/out/people.csv' }), trim])).toMatchObject(
    succeeded(/ann.*bob.*cid/s),
  );
  expect((await run([source({ path: 's3://pond/a.csv' })])).error).toMatchObject({
    code: 'source_missing',
    message: expect.stringMatching(/"pond"/),
  });
});

test('a data source is meant by its id, within its environment', async () => {
  const made = await call('POST', 'datasources', {
    name: 'shop',
    connectionString: 'sqlite:shop.db',
    type: 'sqlite',
  });
  const [stored] = await temp.client.sources.list({ search: 'shop' });
  expect([made.status, stored?.environment]).toEqual([201, 'live']);
  const id = stored?.id ?? '';
  const steps = [source({ datasource: id, table: 'orders' }), sink(`db://${id}/copies`)];
  expect(await run(steps)).toMatchObject({ error: null, status: 'succeeded' });
  expect(await run([source({ path: `db://${id}/copies` }), trim])).toMatchObject(succeeded(/"a".*"b"/s));
  expect((await run(steps, { as: keys.sandbox })).error).toMatchObject({
    code: 'source_missing',
    message: expect.stringContaining(id),
  });
});

test('a test of a data source says what is wrong, and leaves the name of the host as it is', async () => {
  const tested = async (connectionString: string) =>
    call('POST', 'datasources/test', { connectionString, type: 'database' });
  const port = new URL(webUrl).port;
  const other = await tested(`Server=127.0.0.1;Port=${port};Database=a;User Id=b;Password=c;`);
  expect(other).toMatchObject({
    status: 200,
    json: { success: false, message: expect.stringMatching(/^A web server listens at 127/) },
  });
  const unknown = await tested('Server=fake-db.invalid;Database=fake;User Id=fake;Password=fake;');
  expect(unknown).toMatchObject({
    status: 200,
    json: { success: false, message: expect.stringContaining('fake-db.invalid:5432') },
  });
});
