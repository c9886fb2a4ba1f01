import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { DomainEvent } from '../src/shared/contract/domain-events.ts';

/** Webhooks against a server that is killed again and again while events happen. */

const cli = join(import.meta.dirname, '../src/main/cli/main.ts');
const run = promisify(execFile);
const kills = 5;

test('every recorded event arrives although the server is killed over and over, duplicates with the same id', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sluice-kill-'));
  const bodies = new Map<string, Set<string>>();
  let serving: ChildProcess | undefined;
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      bodies.set(id, (bodies.get(id) ?? new Set()).add(body));
      // Slow enough that a kill often falls between the answer and its commit.
      setTimeout(() => response.end('ok'), 5);
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  onTestFinished(async () => {
    serving?.kill('SIGKILL');
    receiver.closeAllConnections();
    receiver.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });
  const { port } = receiver.address() as AddressInfo;
  const sluice = async <Answer>(...words: string[]): Promise<Answer> =>
    JSON.parse((await run(process.execPath, [cli, ...words, '--home', home, '--json'])).stdout) as Answer;

  await sluice('webhooks', 'create', `http://127.0.0.1:${port}/`, '--events', 'pipeline.*,run.*');
  const file = join(home, 'burst.mjs');
  writeFileSync(file, burst);
  const seed = Date.now();
  for (let round = 0; round < kills; round += 1) {
    serving = spawn(process.execPath, [cli, 'serve', '--home', home, '--port', '0', '--json']);
    await once(serving.stdout ?? serving, 'data');
    const making = run(process.execPath, [file, home]).catch(() => undefined);
    // Somewhere in the middle of the burst; the seed makes it another place in each round.
    const before = bodies.size;
    const wanted = before + 1 + ((seed >>> round) % 40);
    while (bodies.size < wanted && serving.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 2));
    serving.kill('SIGKILL');
    await once(serving, 'exit');
    await making;
  }

  serving = spawn(process.execPath, [cli, 'serve', '--home', home, '--port', '0', '--json']);
  await once(serving.stdout ?? serving, 'data');
  const events: DomainEvent[] = [];
  for (let after = 0; ; ) {
    const { stdout } = await run(
      process.execPath,
      [
        cli,
        'events',
        '--after',
        String(after),
        '--types',
        'pipeline.*,run.*',
        '--limit',
        '1000',
        '--home',
        home,
        '--json',
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    const page = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as DomainEvent);
    events.push(...page);
    if (page.length < 1000) break;
    after = page.at(-1)?.seq ?? 0;
  }
  // The samples of the first start happened before the webhook was there.
  const sent = events.filter(({ data }) => String(data.name).startsWith('Burst'));
  expect(sent.length).toBeGreaterThan(kills);
  while (sent.some(({ id }) => !bodies.has(id))) await new Promise((resolve) => setTimeout(resolve, 20));
  const known = new Set(events.map(({ id }) => id));
  expect([...bodies.keys()].filter((id) => !known.has(id))).toEqual([]);
  for (const [id, variants] of bodies) expect(variants.size, id).toBe(1);
}, 300_000);

/** Makes pipelines through the running server as fast as it answers, until it is gone. */
const burst = `
import { pathToFileURL } from 'node:url';
const { findServer } = await import(pathToFileURL(${JSON.stringify(join(import.meta.dirname, '../src/main/app/find-server.ts'))}).href);
const server = await findServer(process.argv[2]);
for (let count = 0; count < 400; count += 1)
  await server.client.pipelines.create({ document: { schema: 1, name: 'Burst ' + count, parameters: {}, nodes: [], edges: [] } });
`;
