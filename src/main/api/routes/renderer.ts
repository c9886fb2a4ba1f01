import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { shellPolicy } from '../plugins/headers.ts';

const notBuilt = 'The window is not built yet. Run: npm run build\n';

/** The window's files. They hold no data, so they need no session; names under /assets carry their content's hash. */
export async function addRenderer(app: FastifyInstance, folder: string | undefined): Promise<void> {
  if (!folder || !existsSync(join(folder, 'index.html'))) {
    app.get('/', (_request, reply) => reply.status(503).type('text/plain; charset=utf-8').send(notBuilt));
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
}
