/**
 * `npm run dev`: the window with hot reload in front of a server that restarts when its code changes. It has a home
 * folder of its own (`.cache/dev-home`) unless `-- --home DIR` names one.
 */
import { spawn } from 'node:child_process';
import { createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { root } from './kit/build.ts';
import { needNode } from './kit/need-node.ts';
import { rendererConfig } from './kit/renderer-config.ts';

needNode();
const { values } = parseArgs({ options: { home: { type: 'string' } } });
const home = values.home ?? join(root, '.cache/dev-home');
const serverPort = await freePort();
const target = `http://127.0.0.1:${serverPort}`;

const vite = await createServer({
  ...rendererConfig(root),
  configFile: false,
  server: {
    host: '127.0.0.1',
    port: 5173,
    // The gate knows only its own name, so the proxy presents itself under it.
    proxy: Object.fromEntries(
      ['/app/', '/api/', '/healthz', '/readyz', '/openapi.json'].map((path) => [
        path === '/app/' ? '^/app/(rpc|session|downloads)' : path,
        { target, changeOrigin: true },
      ]),
    ),
  },
});
await vite.listen();
const page = new URL(vite.resolvedUrls?.local[0] ?? 'http://127.0.0.1:5173').origin;

const server = spawn(
  process.execPath,
  ['--watch-path=src/main', '--watch-path=src/shared', '--watch-path=src/nodes', 'scripts/dev-serve.ts'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, DEV_PAGE: page, DEV_HOME: home, DEV_PORT: String(serverPort) },
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    server.kill(signal);
    void vite.close();
  });
}
server.once('exit', (code) => process.exit(code ?? 0));

/** A free port that stays the same over restarts of the server. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createSocketServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
