import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, getEventMeta, ORPCError } from '@orpc/client';
import { RPCLink as HttpLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallPipeline, startTempApp, type TempApp } from '../../../test/support/temp-app.ts';
import type { BulkProgress } from '../../shared/contract/history.ts';
import type { AppClient } from '../app/find-server.ts';

let temp: TempApp;
const channels: MessageChannel[] = [];
beforeAll(async () => {
  temp = await startTempApp();
});
afterAll(async () => {
  for (const { port1, port2 } of channels) for (const port of [port1, port2]) port.close();
  await temp.stop();
});

async function session(): Promise<string> {
  const code = new URL(temp.app.signInLink().url).hash.replace('#signin=', '');
  const answer = await fetch(`${temp.url}/app/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  return ((await answer.json()) as { token: string }).token;
}

function overHttp(token: string): AppClient {
  return createORPCClient(
    new HttpLink({ url: `${temp.url}/app/rpc`, headers: { 'x-sluice-session': token } }),
  );
}

function overPort(): AppClient {
  const channel = new MessageChannel();
  channels.push(channel);
  temp.app.attachPort(channel.port1, { caller: 'window' });
  channel.port1.start();
  channel.port2.start();
  return createORPCClient(new PortLink({ port: channel.port2 }));
}

describe.each([
  ['HTTP', async () => overHttp(await session())],
  ['a message port', async () => overPort()],
])('the calls over %s', (name, connect) => {
  test('carry values both ways', async () => {
    const client = await connect();
    const made = await client.pipelines.create({ document: smallPipeline(`Over ${name}`) });
    expect((await client.pipelines.get({ id: made.id })).document).toEqual(smallPipeline(`Over ${name}`));
    const [revision] = await client.pipelines.revisions({ id: made.id });
    expect(revision?.author).toBe('window');
  });

  test('tell a failure as a report', async () => {
    const client = await connect();
    const failed = await client.pipelines
      .get({ id: '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58' })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ORPCError);
    expect((failed as ORPCError<string, unknown>).status).toBe(404);
    expect((failed as ORPCError<string, unknown>).data).toMatchObject({
      code: 'not_found',
      message: expect.any(String),
    });
  });

  test('follow a log to the end of its run, and go on behind the last event after a cut', async () => {
    const client = await connect();
    const { id } = await client.pipelines.create({ document: smallPipeline(`Followed over ${name}`) });
    const run = await client.runs.start({ pipelineId: id });
    const seen: number[] = [];
    let lastEventId: string | undefined;
    const control = new AbortController();
    const first = await client.history.followLogs({ runId: run.id }, { signal: control.signal });
    for await (const entry of first) {
      seen.push(entry.id);
      lastEventId = getEventMeta(entry)?.id;
      break;
    }
    control.abort();
    expect(lastEventId).toBe(String(seen[0]));
    for await (const entry of await client.history.followLogs({ runId: run.id }, { lastEventId }))
      seen.push(entry.id);
    expect((await client.runs.get({ id: run.id })).finishedAt).not.toBeNull();
    const whole = await client.runs.logs({ runId: run.id, limit: 5000 });
    expect(whole.entries.length).toBeGreaterThan(1);
    expect(seen).toEqual(whole.entries.map((entry) => entry.id));
    await expect(
      client.history.followLogs({ runId: run.id }, { lastEventId: 'x' }).then((lines) => lines.next()),
    ).rejects.toMatchObject({ data: { code: 'invalid_input' } });
  });

  test('do one thing to many runs and tell how far it is', async () => {
    const client = await connect();
    const { id } = await client.pipelines.create({ document: smallPipeline(`Many over ${name}`) });
    const ids = [];
    for (let n = 0; n < 3; n += 1) ids.push((await client.runs.start({ pipelineId: id })).id);
    const selection = { filter: { pipelineId: id } };
    expect(await client.history.count(selection)).toMatchObject({ total: 3, again: 3 });
    let last: BulkProgress | undefined;
    for await (const progress of await client.history.bulk({ selection, action: 'label', label: 'many' }))
      last = progress;
    expect(last).toMatchObject({ finished: true, changed: 3, total: 3 });
    expect((await client.runs.list({ label: 'many', pipelineId: id })).runs.map((run) => run.id)).toEqual(
      ids.reverse(),
    );
  });

  test('refuse a wrong input with its place', async () => {
    const client = await connect();
    const failed = await client.runs.list({ limit: 5_000 }).catch((error: unknown) => error);
    expect((failed as ORPCError<string, { code: string }>).data.code).toBe('invalid_input');
    expect((failed as Error).message).toContain('limit');
  });

  test('stream events, from the call on', async () => {
    const client = await connect();
    const events = await client.system.events({});
    const { id } = await temp.client.pipelines.create({ document: smallPipeline(`Event ${name}`) });
    for await (const event of events) {
      if (event.type !== 'pipeline.changed' || event.pipelineId !== id) continue;
      expect(event.change).toBe('created');
      break;
    }
  });

  test('run a pipeline and follow it to its end', async () => {
    const client = await connect();
    const { id } = await client.pipelines.create({ document: smallPipeline(`Run ${name}`) });
    const events = await client.system.events({});
    const run = await client.runs.start({ pipelineId: id, mode: 'inspect' });
    for await (const event of events) {
      if (event.type === 'run.changed' && event.run.id === run.id && event.run.status === 'succeeded') break;
    }
    const detail = await client.runs.get({ id: run.id });
    expect(detail.outputs).toMatchObject([{ kind: 'dataset', rows: 2 }]);
    const preview = await client.editor.preview({ document: detail.document, nodeId: 'recent' });
    expect(preview.rows.flat().map(Number)).toEqual([2, 3]);
  });
});

describe('who may call over HTTP', () => {
  test('nobody without a token, and a cookie is no token', async () => {
    const failed = await overHttp('wrong')
      .system.info({})
      .catch((error: unknown) => error);
    expect((failed as ORPCError<string, unknown>).status).toBe(401);
    const token = await session();
    const answer = await fetch(`${temp.url}/app/rpc/system/info`, {
      method: 'POST',
      headers: { cookie: `x-sluice-session=${token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(401);
  });

  test('a sign-in code works once', async () => {
    const code = new URL(temp.app.signInLink().url).hash.replace('#signin=', '');
    const redeem = () =>
      fetch(`${temp.url}/app/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code }),
      });
    expect((await redeem()).status).toBe(200);
    expect((await redeem()).status).toBe(401);
  });

  test('an exported file is downloaded once, as it is', async () => {
    const { id } = await temp.client.pipelines.create({ document: smallPipeline('Exported') });
    const key = await temp.key();
    await fetch(`${temp.url}/api/pub/v1/dataflows/${id}/start?await=true`, {
      method: 'POST',
      headers: { 'x-api-key': key },
    });
    const [dataset] = await temp.client.datasets.list({ search: 'Exported' });
    const made = await temp.client.datasets.exportFile({ id: dataset?.id ?? '', format: 'csv' });
    const first = await fetch(`${temp.url}${made.downloadPath}`);
    expect(await first.text()).toMatch(/^a\r?\n2\r?\n3\r?\n$/);
    expect(first.headers.get('content-disposition')).toContain('attachment');
    expect((await fetch(`${temp.url}${made.downloadPath}`)).status).toBe(404);
  });
});
