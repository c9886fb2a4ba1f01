import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { shellPolicy } from '../plugins/headers.ts';

const notBuilt = 'The window is not built yet. Run: npm run build\n';

/** The API page: open to everybody, as it holds no data; what is sent from it needs a key like any request. */
const docsPath = '/docs';

export function windowIsBuilt(folder: string | undefined): boolean {
  return folder !== undefined && existsSync(join(folder, 'index.html'));
}

/** The window's files. They hold no data, so they need no session; names under /assets carry their content's hash. */
export async function addRenderer(app: FastifyInstance, folder: string | undefined): Promise<void> {
  if (folder === undefined || !windowIsBuilt(folder)) {
    for (const path of ['/', docsPath]) {
      app.get(path, (_request, reply) => reply.status(503).type('text/plain; charset=utf-8').send(notBuilt));
    }
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    index: ['index.html'],
    dotfiles: 'deny',
    // Only files that exist at start are routes: no path of a request ever reaches the file system.
    wildcard: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header('content-security-policy', shellPolicy);
      const named = path.startsWith(join(folder, 'assets'));
      reply.header('cache-control', named ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.get(docsPath, (_request, reply) => reply.sendFile('docs.html'));
}
