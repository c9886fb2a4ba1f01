import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endlessPipeline } from '../../../../../test/support/temp-app.ts';
import {
  bareWorkflow,
  type DataosBench,
  flareTask,
  runEnded,
  startDataos,
  until,
} from './testing/dataos-client.ts';

interface Line {
  timestamp: string;
  level: string;
  message: string;
}

let bench: DataosBench;
const path = '/v1/resources/workflow/speaks';
beforeAll(async () => {
  bench = await startDataos();
  await bench.post('/v1/resources', workflow('speaks'));
  await runEnded(bench, 'speaks');
});
afterAll(() => bench.stop());

const workflow = (name: string, sql = 'select 1 as n') =>
  bareWorkflow(name, {
    workflow: {
      dag: [
        flareTask('t', {
          sql: { x: sql },
          outputs: [{ name: 'x', dataset: `dataos://sluice:logs/${name}` }],
        }),
      ],
    },
  });

const linesOf = async (query = ''): Promise<Line[]> => (await bench.call(`${path}/logs${query}`)).json.logs;

describe('logs', () => {
  test('are lines with a time, a level and a message, oldest first', async () => {
    const { status, json } = await bench.call(`${path}/logs?since=1h&tail=100`);
    expect([status, Object.keys(json)]).toEqual([200, ['logs']]);
    const lines: Line[] = json.logs;
    expect(lines.at(0)?.message).toBe('Workflow started');
    expect(lines.at(-1)?.message).toBe('Workflow completed successfully');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['timestamp', 'level', 'message']);
      expect(line.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(['DEBUG', 'INFO', 'WARN', 'ERROR']).toContain(line.level);
    }
  });

  test('end in the last lines with tail, and begin no earlier than since', async () => {
    const all = await linesOf();
    expect(await linesOf('?tail=2')).toEqual(all.slice(-2));
    expect(await linesOf('?tail=0')).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await linesOf('?since=1ms')).toEqual([]);
    for (const since of ['1h', '30m', '1d']) expect(await linesOf(`?since=${since}`)).toEqual(all);
  });

  test.each(['since=yesterday', 'since=-1h', 'tail=-1', 'tail=some', 'follow=perhaps'])(
    '%s is 400',
    async (query) => {
      expect((await bench.call(`${path}/logs?${query}`)).status).toBe(400);
    },
  );

  test('tell why a run failed', async () => {
    await bench.post('/v1/resources', workflow('fails', "select cast('x' as integer) as n"));
    await runEnded(bench, 'fails');
    const { logs } = (await bench.call('/v1/resources/workflow/fails/logs')).json;
    expect(logs.at(-1)).toMatchObject({
      level: 'ERROR',
      message: expect.stringMatching(/^Workflow failed: ./),
    });
  });

  test('of what is not there are 404, of a depot none', async () => {
    expect((await bench.call('/v1/resources/workflow/none/logs')).status).toBe(404);
    await bench.post('/v1/resources', {
      name: 'quiet',
      type: 'depot',
      depot: { type: 'folder', spec: { path: '' } },
    });
    expect((await bench.call('/v1/resources/depot/quiet/logs')).json).toEqual({ logs: [] });
  });

  test('of a dataset are those of the workflow that published it', async () => {
    const { logs } = (await bench.call('/v1/resources/dataset/logs-speaks/logs')).json;
    expect(logs.at(-1).message).toBe('Workflow completed successfully');
  });
});

/** Reads a followed answer as it comes. */
async function follow(query = '', headers: Record<string, string> = {}, key = bench.key, at = path) {
  const leave = new AbortController();
  const answer = await fetch(`${bench.temp.url}${at}/logs?follow=true${query}`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
    signal: leave.signal,
  });
  let text = '';
  let ended = false;
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const piece of answer.body ?? [])
      text += decoder.decode(piece as Uint8Array, { stream: true });
  })()
    .catch(() => undefined)
    .finally(() => {
      ended = true;
    });
  return { answer, leave, reading, text: () => text, ended: () => ended };
}

const messagesOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (JSON.parse(line) as Line).message);

describe('follow', () => {
  test('answers at once, with a JSON object a line: those so far, then each new one as it is written', async () => {
    const before = await linesOf();
    const stream = await follow();
    expect(stream.answer.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    await until(async () => (messagesOf(stream.text()).length >= before.length ? true : undefined));
    expect(messagesOf(stream.text())).toEqual(before.map(({ message }) => message));
    await bench.put(path, workflow('speaks', 'select 2 as n'));
    await until(async () =>
      messagesOf(stream.text()).filter((message) => message.startsWith('Workflow completed')).length === 2
        ? true
        : undefined,
    );
    const now = (await linesOf('?tail=1000')).map(({ message }) => message);
    expect(messagesOf(stream.text())).toEqual(now);
    expect(stream.ended()).toBe(false);
    stream.leave.abort();
    await stream.reading;
  });

  test('sends events where the client asks for them', async () => {
    const stream = await follow('&tail=1', { accept: 'text/event-stream' });
    expect(stream.answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect((await bench.call(`${path}/logs?follow=False`)).json).toHaveProperty('logs');
    const text = await until(async () => (stream.text().includes('\n\ndata: ') ? stream.text() : undefined));
    expect(text).toMatch(/^:\n\ndata: \{"timestamp":"[^"]+","level":"INFO","message":"[^"]+"\}\n\n$/);
    stream.leave.abort();
  });

  test('tells of a run that was under way already, from where the lines so far end', async () => {
    const { client } = bench.temp;
    const { id } = await client.pipelines.create({ document: endlessPipeline('Under way') });
    const run = await client.runs.start({ pipelineId: id, parameters: {} });
    await until(async () =>
      (await client.runs.get({ id: run.id })).status === 'running' ? true : undefined,
    );
    const stream = await follow('', {}, bench.key, '/v1/resources/workflow/under-way');
    await until(async () => (messagesOf(stream.text()).includes('Workflow started') ? true : undefined));
    await client.runs.cancel({ id: run.id });
    await until(async () => (stream.text().includes('Workflow cancelled') ? true : undefined));
    const messages = messagesOf(stream.text());
    expect(messages.filter((message) => message === 'Workflow started')).toHaveLength(1);
    stream.leave.abort();
  });

  test('ends when its key is revoked', async () => {
    const made = await bench.temp.client.keys.create({ name: 'short', plan: 'unlimited' });
    const stream = await follow('', {}, made.key);
    await until(async () => (stream.text().length > 1 ? true : undefined));
    await bench.temp.client.keys.revoke({ id: made.id });
    await stream.reading;
    expect(stream.ended()).toBe(true);
  });

  test('of what is not there is a plain 404', async () => {
    const { status, json } = await bench.call('/v1/resources/workflow/none/logs?follow=true');
    expect([status, json.error.code]).toEqual([404, 'RESOURCE_NOT_FOUND']);
  });

  test('ends when the server stops', async () => {
    const own = await startDataos();
    await own.post('/v1/resources', bareWorkflow('ends'));
    const answer = await fetch(`${own.temp.url}/v1/resources/workflow/ends/logs?follow=true`, {
      headers: { authorization: `Bearer ${own.key}` },
    });
    const over = answer.text().catch(() => 'cut off');
    await own.stop();
    expect(await over).toBeTypeOf('string');
  });
});
