import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '../../src/main/app/create-app.ts';
import { nodeAppPorts } from '../../src/main/cli/app-ports.ts';
import type { PipelineDocument } from '../../src/shared/pipeline/document.ts';

type Client = ReturnType<App['client']>;

export interface TempApp {
  readonly app: App;
  readonly home: string;
  readonly url: string;
  readonly port: number;
  readonly client: Client;
  /** A fresh key's text. */
  key(options?: Partial<Parameters<Client['keys']['create']>[0]>): Promise<string>;
  /** Bytes as they are onto the socket; answers everything until the server closes it. */
  raw(text: string): Promise<string>;
  stop(): Promise<void>;
}

/** The whole product on a home folder of its own and a free port. */
export async function startTempApp(rendererFolder?: string): Promise<TempApp> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  const ports = nodeAppPorts();
  const files = { ...ports.files, renderer: rendererFolder ?? join(home, 'no-window') };
  const app = await createApp({ home, port: 0, listen: true, head: 'browser' }, { ...ports, files });
  const port = Number(new URL(app.url).port);
  const client = app.client({ caller: 'cli' });
  return {
    app,
    home,
    url: app.url,
    port,
    client,
    key: async (options) => (await client.keys.create({ name: 'test', ...options })).key,
    raw: (text) => rawExchange(port, text),
    stop: async () => {
      await app.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Three rows, those from `$least` on, saved as a dataset. */
export function smallPipeline(name: string): PipelineDocument {
  return {
    schema: 1,
    name,
    parameters: { least: { type: 'integer', default: 2 } },
    nodes: [
      { id: 'data', kind: 'rows', config: { rows: [{ a: 1 }, { a: 2 }, { a: 3 }] } },
      { id: 'recent', kind: 'filter', config: { where: 'a >= $least' } },
      { id: 'out', kind: 'save-dataset', config: { name, mode: 'replace' } },
    ],
    edges: [
      { from: 'data', to: 'recent' },
      { from: 'recent', to: 'out' },
    ],
  };
}

/** A pipeline that is busy until it is cancelled. */
export function endlessPipeline(name: string): PipelineDocument {
  return {
    schema: 1,
    name,
    parameters: {},
    nodes: [
      {
        id: 'busy',
        kind: 'sql',
        config: { sql: 'SELECT count(*) AS n FROM range(10000000) a, range(10000000) b' },
      },
      { id: 'out', kind: 'save-dataset', config: { name, mode: 'replace' } },
    ],
    edges: [{ from: 'busy', to: 'out' }],
  };
}

function rawExchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    // A server that refuses may reset the rest: what it said before counts.
    socket.on('error', (error) => (error.message.includes('ECONNRESET') ? undefined : reject(error)));
    socket.on('close', () => resolve(answer));
    socket.write(text);
  });
}
