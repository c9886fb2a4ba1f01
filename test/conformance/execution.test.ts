/** Door 3: every request and answer of the Execution document, as written, with real ids and keys. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endlessPipeline, smallPipeline, startTempApp, type TempApp } from '../support/temp-app.ts';
import { type Ask, ask, until } from './kit/ask.ts';
import { differences, fields, words } from './kit/exact-shape.ts';

const run = fields({ runId: 'string', status: words('Pending', 'Running', 'Succeeded', 'Failed') });

let temp: TempApp;
let key: string;
let id: string;

beforeAll(async () => {
  temp = await startTempApp();
  key = await temp.key();
  ({ id } = await temp.client.pipelines.create({ document: smallPipeline('Door three') }));
});
afterAll(() => temp.stop());

/** `api/pub/v1/dataflows/...` below whatever the address of the server is. */
const flows = (path: string, sent: Ask = {}) => ask(`${temp.url}/api/pub/v1/dataflows/${path}`, sent);

describe('start', () => {
  test('POST .../start?api_key= answers 200 with runId and status, at once', async () => {
    const { status, json } = await flows(`${id}/start?api_key=${key}`, { method: 'POST' });
    expect(status).toBe(200);
    expect(differences(json, run)).toEqual([]);
  });

  test('without await it answers while the data flow is still busy', async () => {
    const endless = await temp.client.pipelines.create({ document: endlessPipeline('Endless') });
    const { json } = await flows(`${endless.id}/start?api_key=${key}`, { method: 'POST' });
    expect(['Pending', 'Running']).toContain(json.status);
    await temp.client.runs.cancel({ id: json.runId });
  });

  test('await=true replies when the execution has completed, await=false at once', async () => {
    const { json } = await flows(`${id}/start?api_key=${key}&await=true`, { method: 'POST' });
    expect(json.status).toBe('Succeeded');
    expect((await temp.client.runs.get({ id: json.runId })).status).toBe('succeeded');
    const shouted = await flows(`${id}/start?api_key=${key}&await=True`, { method: 'POST' });
    expect(shouted.json.status).toBe('Succeeded');
    const { status } = await flows(`${id}/start?api_key=${key}&await=false`, { method: 'POST' });
    expect(status).toBe(200);
  });

  test('the key may come as the header x-api-key', async () => {
    const { status, json } = await flows(`${id}/start`, { method: 'POST', headers: { 'x-api-key': key } });
    expect(status).toBe(200);
    expect(differences(json, run)).toEqual([]);
  });

  test('a data flow that cannot be started is 500', async () => {
    const document = { ...smallPipeline('No wires'), edges: [] };
    const broken = await temp.client.pipelines.create({ document });
    expect((await flows(`${broken.id}/start?api_key=${key}`, { method: 'POST' })).status).toBe(500);
  });
});

describe('status', () => {
  test('GET .../runs/<runid>/status?api_key= answers 200 with runId and status', async () => {
    const started = await flows(`${id}/start?api_key=${key}`, { method: 'POST' });
    const { runId } = started.json;
    const path = `${id}/runs/${runId}/status`;
    const { status, json } = await flows(`${path}?api_key=${key}`);
    expect(status).toBe(200);
    expect(differences(json, run)).toEqual([]);
    expect(json.runId).toBe(runId);
    const ended = await until(async () => {
      const asked = (await flows(path, { headers: { 'x-api-key': key } })).json;
      return asked.status === 'Succeeded' ? asked : undefined;
    });
    expect(ended).toEqual({ runId, status: 'Succeeded' });
  });

  test('an execution that failed is Failed', async () => {
    const document = smallPipeline('Breaks');
    document.nodes[1] = {
      id: 'recent',
      kind: 'derive',
      config: { columns: [{ name: 'b', expression: "CAST('x' || a AS INTEGER)" }] },
    };
    const broken = await temp.client.pipelines.create({ document });
    const { json } = await flows(`${broken.id}/start?api_key=${key}&await=true`, { method: 'POST' });
    expect(json.status).toBe('Failed');
    const told = await flows(`${broken.id}/runs/${json.runId}/status?api_key=${key}`);
    expect(told.json).toEqual({ runId: json.runId, status: 'Failed' });
  });
});

describe('the API key', () => {
  test('the documented ids and key are none of ours: 401, and 404 with a key', async () => {
    const flow = '2b081248-4963-43b3-ba06-5b7403d58b4d';
    const documented = 'dd63a1ad-60eb-4066-8d71-1721007437b4';
    const start = await flows(`${flow}/start?api_key=${documented}`, { method: 'POST' });
    expect([start.status, start.json]).toEqual([401, undefined]);
    const path = `${flow}/runs/ad73a1ad-60eb-1066-4d61-1821009431b2/status`;
    expect((await flows(`${path}?api_key=${documented}`)).status).toBe(401);
    expect((await flows(`${path}?api_key=${key}`)).status).toBe(404);
  });

  test('a key that was given to one data flow starts that one and no other', async () => {
    const other = await temp.client.pipelines.create({ document: smallPipeline('Not given') });
    const given = await temp.key({ scopes: ['execution:run', 'execution:read'], pipelineIds: [id] });
    const started = await flows(`${id}/start?api_key=${given}&await=true`, { method: 'POST' });
    expect(started.json.status).toBe('Succeeded');
    expect((await flows(`${other.id}/start?api_key=${given}`, { method: 'POST' })).status).toBe(404);
  });
});
