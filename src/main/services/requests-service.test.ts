import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NewRequest } from '../store/requests-repository.ts';
import { redactKeys, redactTarget } from './redact-target.ts';
import { tempServices } from './testing/temp-services.ts';

const request = (change: Partial<NewRequest> = {}): NewRequest => ({
  id: 'req_1',
  time: new Date().toISOString(),
  door: 'dataflow',
  method: 'GET',
  target: '/api/v2/jobs/1',
  status: 200,
  milliseconds: 1.5,
  keyId: null,
  bytesIn: 0,
  bytesOut: 10,
  contentType: null,
  error: null,
  message: null,
  ...change,
});

describe('the list of requests', () => {
  test('newest first, page by page, with the key that came', () => {
    const { services } = tempServices();
    const {
      id: keyId,
      name,
      prefix,
    } = services.keys.create({
      name: 'CI',
      scopes: ['all'],
      environment: 'live',
      plan: 'standard',
    });
    for (let count = 0; count < 25; count += 1) services.requests.note(request({ id: `r${count}`, keyId }));
    const first = services.requests.list({ limit: 10 });
    expect(first.requests.map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_none, at) => `r${24 - at}`),
    );
    expect(first.requests[0]?.key).toEqual({ id: keyId, name, prefix });
    const rest = services.requests.list({ limit: 20, cursor: first.next ?? '' });
    expect(rest.requests).toHaveLength(15);
    expect(rest.next).toBeNull();
  });

  test('is narrowed by door, key, status, method and text', () => {
    const { services } = tempServices();
    services.requests.note(request({ id: 'a', status: 404, message: 'There is no job' }));
    services.requests.note(request({ id: 'b', door: 'dataos', method: 'POST', status: 503 }));
    services.requests.note(request({ id: 'c', status: 429, keyId: null }));
    const ids = (filter: Parameters<typeof services.requests.list>[0]) =>
      services.requests.list(filter).requests.map(({ id }) => id);
    expect(ids({ limit: 9, door: 'dataos' })).toEqual(['b']);
    expect(ids({ limit: 9, statusClass: '4xx' })).toEqual(['c', 'a']);
    expect(ids({ limit: 9, statusClass: '429' })).toEqual(['c']);
    expect(ids({ limit: 9, statusClass: '5xx', method: 'POST' })).toEqual(['b']);
    expect(ids({ limit: 9, search: 'NO JOB' })).toEqual(['a']);
    expect(ids({ limit: 9, search: '%' })).toEqual([]);
  });

  test('is written in batches, told at most twice a second, and keeps the newest', () => {
    const { services, clock, store, events } = tempServices();
    const told = () => events.filter(({ type }) => type === 'requests.changed').length;
    for (let count = 0; count < 12_500; count += 1) {
      services.requests.note(request({ id: `r${count}` }));
      if (count % 100 === 0) clock.advance(500);
    }
    clock.advance(500);
    expect(told()).toBeLessThanOrEqual(127);
    const rows = store.requests.list({}, undefined, 20_000);
    expect(rows).toHaveLength(10_000);
    expect(rows[0]?.id).toBe('r12499');
  });

  test('loses none of thousands that come in one moment; of them only refusals for a limit are thinned', () => {
    const { services, store } = tempServices();
    for (let count = 0; count < 5_000; count += 1) {
      services.requests.note(request({ id: `r${count}`, status: count % 2 === 0 ? 200 : 403, keyId: null }));
      services.requests.note(request({ id: `l${count}`, status: 429, keyId: null }));
    }
    services.requests.flush();
    const ids = store.requests.list({}, undefined, 20_000).map(({ id }) => id);
    expect(ids.filter((id) => id.startsWith('r'))).toHaveLength(5_000);
    expect(ids.filter((id) => id.startsWith('l'))).toEqual(['l0']);
  });

  test('forgets what is older than a week', () => {
    const { services, clock } = tempServices();
    services.requests.note(request({ id: 'old', time: new Date(clock.now()).toISOString() }));
    services.requests.flush();
    clock.advance(7 * 86_400_000 + 1);
    services.requests.note(request({ id: 'new', time: new Date(clock.now()).toISOString() }));
    expect(services.requests.list({ limit: 10 }).requests.map(({ id }) => id)).toEqual(['new']);
  });

  test('of a flood of refusals, one a second is listed, and none of them causes a write', async () => {
    const { services, clock, store } = tempServices();
    const before = store.diagnostics().queries;
    for (let count = 0; count < 3_000; count += 1) {
      services.requests.note(request({ id: `r${count}`, status: 429, keyId: 'one' }));
      clock.advance(1);
    }
    clock.advance(5_000);
    await turn();
    expect(store.diagnostics().queries).toBe(before);
    expect(services.requests.list({ limit: 100 }).requests).toHaveLength(3);
  });

  test('is emptied when its owner asks', () => {
    const { services } = tempServices();
    services.requests.note(request());
    expect(services.requests.clear()).toEqual({ removed: 1 });
    expect(services.requests.list({ limit: 10 }).requests).toEqual([]);
  });
});

describe('the same call for a shell', () => {
  const url = 'http://127.0.0.1:7430';

  test('names the key as a variable and the body as a file', () => {
    const { services } = tempServices();
    services.requests.note(
      request({
        id: 'x',
        method: 'POST',
        target: '/api/v2/ingest',
        bytesIn: 12,
        contentType: 'application/json',
      }),
    );
    expect(services.requests.asCurl('x', url)).toBe(
      [
        `curl -X POST '${url}/api/v2/ingest'`,
        `-H "Authorization: Bearer $SLUICE_KEY"`,
        `-H 'Content-Type: application/json'`,
        '--data-binary @body.json',
      ].join(' \\\n  '),
    );
  });

  test('leaves the key out of the address, and lets no quote out of its quotes', () => {
    const { services } = tempServices();
    const target = "/api/pub/v1/dataflows/1/start?api_key=slc_live_secret&await=true&x='$(id)";
    services.requests.note(request({ id: 'x', door: 'execution', method: 'POST', target }));
    const line = services.requests.asCurl('x', url);
    expect(line).toContain(`'${url}/api/pub/v1/dataflows/1/start?await=true&x='\\''$(id)'`);
    expect(line).toContain('-H "x-api-key: $SLUICE_KEY"');
  });

  test('a request that is gone is not found', () => {
    const { services } = tempServices();
    expect(() => services.requests.asCurl('none', url)).toThrow(/no request/);
  });
});

describe('what is never written', () => {
  test.each([
    ['/a?api_key=abc&await=true', '/a?api_key=[redacted]&await=true'],
    ['/a?code=x&state=y&error=z', '/a?code=[redacted]&state=y&error=z'],
    ['/a?access_token=x&Client_Secret=y', '/a?access_token=[redacted]&Client_Secret=[redacted]'],
    ['/a?%61pi_key=abc', '/a?%61pi_key=[redacted]'],
    ['/a?q=slc_live_0123456789', '/a?q=[redacted]'],
    ['/a?q=slc%5Flive_0123', '/a?q=[redacted]'],
    ['/a/slc_test_0123456789/b', '/a/[redacted]/b'],
    ['/a?slc_live_abc', '/a?[redacted]'],
    ['/a?page=2&search=keyboard', '/a?page=2&search=keyboard'],
    ['/a?tag=%zz', '/a?tag=%zz'],
  ])('%s is noted as %s', (target, noted) => {
    expect(redactTarget(target)).toBe(noted);
  });

  test('no key survives, wherever in an address it stands and however it is escaped', () => {
    const key = 'slc_live_Lbv9gCEGizmfzqhKwbqUZ57vZAI13VTCejX3dqXr3sSnzA';
    const escaped = fc
      .array(fc.boolean(), { minLength: key.length, maxLength: key.length })
      .map((bits) =>
        [...key].map((char, at) => (bits[at] ? `%${char.charCodeAt(0).toString(16)}` : char)).join(''),
      );
    const before = fc.constantFrom('/a?q=', '/a?x=1&name=', '/a?api_key=', '/a?Bearer%20');
    fc.assert(
      fc.property(before, escaped, (start, text) => {
        const noted = redactTarget(`${start}${text}`);
        expect(decodeURIComponent(noted)).not.toContain(key.slice(17, 40));
      }),
    );
    expect(redactKeys(`no key ${key} here`)).toBe('no key [redacted] here');
  });

  test('messages are cut and hold no key', () => {
    const { services } = tempServices();
    services.requests.note(request({ message: `slc_live_abc ${'x'.repeat(1_000)}`, error: 'invalid_input' }));
    const [noted] = services.requests.list({ limit: 1 }).requests;
    expect(noted?.message).toMatch(/^\[redacted\] x+$/);
    expect(noted?.message?.length).toBe(300);
  });
});
