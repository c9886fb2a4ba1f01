import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endlessPipeline, startTempApp, type TempApp } from '../../../test/support/temp-app.ts';

let temp: TempApp;
const nobody = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';

beforeAll(async () => {
  temp = await startTempApp();
});
afterAll(() => temp.stop());

/** Door 4 has a hundred a minute; the cheapest answer of it is that there is nothing. */
const ask = (key: string, path = '/v1/tokens') =>
  fetch(`${temp.url}${path}`, { headers: { authorization: `Bearer ${key}` } });

interface Told {
  readonly limit: number;
  readonly remaining: number;
  readonly resetIn: number;
}

/** What each of the three families says, and that they say the same. */
function told(answer: Response, at = Date.now()): Told {
  const text = (name: string): string => answer.headers.get(name) ?? `no ${name}`;
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    Number(text(`x-ratelimit-${name}`)),
  );
  const [, name, r, t] = /^"([\w-]+)";r=(\d+);t=(\d+)$/.exec(text('ratelimit')) ?? [];
  const [, first, quota, rest] =
    /^"([\w-]+)";q=(\d+);(w=\d+|qu="concurrent-requests")/.exec(text('ratelimit-policy')) ?? [];
  expect([name, Number(r), Number(quota)]).toEqual([first, remaining, limit]);
  expect(rest).toBeDefined();
  const resetIn = (reset ?? Number.NaN) - at / 1000;
  expect(Math.abs(resetIn - Number(t))).toBeLessThanOrEqual(1.5);
  return { limit: limit ?? Number.NaN, remaining: remaining ?? Number.NaN, resetIn };
}

describe('limits over HTTP', () => {
  test('1,000 requests at once: as many as the plan has come through, and every answer tells how it stands', async () => {
    const key = await temp.key();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const answer = await ask(key);
        return { answer, at: Date.now(), body: await answer.text() };
      }),
    );
    const passed = answers.filter(({ answer }) => answer.status !== 429);
    expect(passed.length).toBeGreaterThanOrEqual(100);
    // What came back while they were sent counts too.
    expect(passed.length).toBeLessThanOrEqual(115);
    for (const { answer, at } of answers) expect(told(answer, at).remaining).toBeLessThan(100);
    for (const { answer, body } of answers.filter(({ answer: each }) => each.status === 429)) {
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(JSON.parse(body)).toMatchObject({ error: { code: 'RATE_LIMIT_EXCEEDED' } });
    }
  });

  test('who waits as long as it was told is let in', async () => {
    const key = await temp.key();
    while ((await ask(key)).status !== 429);
    for (let round = 0; round < 3; round += 1) {
      const refused = await ask(key);
      if (refused.status !== 429) continue;
      await sleep(Number(refused.headers.get('retry-after')) * 1000);
      expect((await ask(key)).status).not.toBe(429);
    }
  });

  test('every answer of a door says how the limits stand: unknown paths, wrong methods, refusals of the server', async () => {
    const key = await temp.key();
    const authorization = `Bearer ${key}`;
    const ways: [string, RequestInit][] = [
      ['/v1/nothing', {}],
      ['/v1/resources/no/such/thing', { headers: { authorization } }],
      ['/v1/tokens', { method: 'PATCH', headers: { authorization } }],
      [
        '/v1/tokens',
        { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: '{' },
      ],
      ['/v1/tokens', { method: 'POST', headers: { authorization, 'content-type': 'text/plain' }, body: 'x' }],
      ['/v1/tokens', { headers: { authorization: 'Bearer wrong' } }],
      ['/v1/resources/%zz', { headers: { authorization } }],
      ['/v1/tokens', { method: 'OPTIONS', headers: { authorization } }],
    ];
    for (const [path, init] of ways.slice(1)) {
      const answer = await fetch(`${temp.url}${path}`, init);
      expect([path, Number.isFinite(told(answer).limit)]).toEqual([path, true]);
    }
  });

  test('a plan without limits is told one that is never reached, and is never refused', async () => {
    const key = await temp.key({ plan: 'unlimited' });
    const answers = await Promise.all(Array.from({ length: 400 }, () => ask(key)));
    expect(answers.filter(({ status }) => status === 429)).toEqual([]);
    expect(answers.every((answer) => told(answer).remaining > 1_000_000)).toBe(true);
  });

  test('a key that floods takes nothing from another, and nothing from the window', async () => {
    const [flooder, other] = [await temp.key(), await temp.key()];
    const flood = Promise.all(
      Array.from({ length: 2_000 }, () => ask(flooder).then((answer) => answer.status)),
    );
    const others = await Promise.all(
      Array.from({ length: 20 }, () => ask(other).then((answer) => answer.status)),
    );
    const calls = await Promise.all(Array.from({ length: 50 }, () => temp.client.keys.list({})));
    expect(others.every((status) => status === 200)).toBe(true);
    expect(calls).toHaveLength(50);
    expect((await flood).filter((status) => status === 429).length).toBeGreaterThan(1_800);
  });
});

describe('wrong keys', () => {
  test('20 a minute are looked at, later ones are 429, and a valid key is never turned away', async () => {
    const key = await temp.key({ plan: 'unlimited' });
    const tries = await Promise.all(
      Array.from({ length: 60 }, (_none, index) => ask(`slc_live_wrong${index}`).then((answer) => answer)),
    );
    const wrong = tries.filter(({ status }) => status === 401).length;
    expect(wrong).toBeGreaterThan(0);
    expect(wrong).toBeLessThanOrEqual(22);
    const limited = tries.filter(({ status }) => status === 429);
    expect(limited.length + wrong).toBe(60);
    for (const answer of limited) expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    const valid = await Promise.all(Array.from({ length: 30 }, () => ask(key)));
    expect(valid.map(({ status }) => status)).toEqual(Array(30).fill(200));
    // Without a key nothing was guessed.
    expect((await fetch(`${temp.url}/v1/tokens`)).status).toBe(401);
  });

  test('a wrong first character, a wrong last one and a key that nobody has are answered alike', async () => {
    const app = await startTempApp();
    try {
      const key = await app.key();
      const other = key.at(-1) === 'A' ? 'B' : 'A';
      const texts = [
        `${key.slice(0, 17)}_${key.slice(18)}`,
        `${key.slice(0, -1)}${other}`,
        `slc_live_${'a'.repeat(46)}`,
      ];
      const answers = await Promise.all(
        texts.map(async (text) => {
          const answer = await fetch(`${app.url}/v1/tokens`, {
            headers: { authorization: `Bearer ${text}` },
          });
          const names = [...answer.headers.keys()].filter((name) => !name.startsWith('ratelimit')).sort();
          return { status: answer.status, names, length: (await answer.text()).length };
        }),
      );
      expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
      expect(answers[0]?.status).toBe(401);
    } finally {
      await app.stop();
    }
  });
});

describe('requests at once', () => {
  test('as many requests as the plan allows wait at once; one more is refused after a short wait', async () => {
    const { id } = await temp.client.pipelines.create({ document: endlessPipeline('Waited for') });
    const key = await temp.key({ plan: 'starter' });
    const hangUp = new AbortController();
    const start = () =>
      fetch(`${temp.url}/api/pub/v1/dataflows/${id}/start?await=true`, {
        method: 'POST',
        headers: { 'x-api-key': key },
        signal: hangUp.signal,
      });
    const waiting = Array.from({ length: 5 }, () => start().catch(() => undefined));
    await sleep(300);
    const refused = await fetch(`${temp.url}/api/pub/v1/dataflows/${id}/runs/${nobody}/status`, {
      headers: { 'x-api-key': key },
    });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(told(refused)).toMatchObject({ limit: 5, remaining: 0 });
    hangUp.abort();
    await Promise.all(waiting);
    await sleep(100);
    const later = await fetch(`${temp.url}/api/pub/v1/dataflows/${id}/runs/${nobody}/status`, {
      headers: { 'x-api-key': key },
    });
    expect(later.status).toBe(404);
    for (const run of (await temp.client.runs.list({ pipelineId: id, statuses: ['queued', 'running'] })).runs)
      await temp.client.runs.cancel({ id: run.id });
  });
});

test('a stream of a key that is revoked ends within two seconds', async () => {
  const { id } = await temp.client.pipelines.create({ document: endlessPipeline('Streamed') });
  const key = await temp.client.keys.create({ name: 'streaming', plan: 'unlimited' });
  const waiting = fetch(`${temp.url}/api/pub/v1/dataflows/${id}/start?await=true`, {
    method: 'POST',
    headers: { 'x-api-key': key.key },
  }).then(
    () => 'answered',
    () => 'cut',
  );
  await sleep(300);
  await temp.client.keys.revoke({ id: key.id });
  expect((await ask(key.key)).status).toBe(401);
  expect(await Promise.race([waiting, sleep(2_000, 'still open')])).toBe('cut');
  for (const run of (await temp.client.runs.list({ pipelineId: id, statuses: ['queued', 'running'] })).runs)
    await temp.client.runs.cancel({ id: run.id });
});

test('the use of a key is counted by door, with what was refused and what was limited', async () => {
  const { id, key } = await temp.client.keys.create({ name: 'counted' });
  let limited = 0;
  for (let count = 0; count < 110; count += 1) if ((await ask(key)).status === 429) limited += 1;
  await ask(key, '/v1/nothing-here');
  await fetch(`${temp.url}/api/pub/v1/dataflows/${nobody}/runs/${nobody}/status`, {
    headers: { 'x-api-key': key },
  });
  await sleep(100);
  const usage = await temp.client.keys.usage({ id, span: 'hour' });
  expect(usage.byDoor).toContainEqual({ door: 'execution', requests: 1, refused: 1, limited: 0 });
  expect(usage.byDoor.find(({ door }) => door === 'dataos')).toMatchObject({ limited: expect.any(Number) });
  expect(limited).toBeGreaterThan(0);
  expect(usage.points.reduce((sum, point) => sum + point.limited, 0)).toBeGreaterThanOrEqual(limited);
  const [mine] = (await temp.client.keys.recentUse({})).filter((each) => each.id === id);
  expect(mine?.requests.at(-1) ?? 0).toBeGreaterThan(100);
});
