import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceConnection } from '../../../shared/sources/connection.ts';

/** The part of the package that is used; it has no types. */
interface Server {
  readonly middleware: ((context: Asked, next: () => Promise<void>) => Promise<void>)[];
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}
/** A request as its middleware sees it. */
interface Asked {
  readonly path: string;
  readonly state: { vhost?: boolean };
  mountPath?: string;
}
type ServerClass = new (options: Record<string, unknown>) => Server;

/** An S3-compatible server of this process with one bucket, `lake`. */
export async function startS3(): Promise<{ readonly source: SourceConnection; stop(): Promise<void> }> {
  const name = '@20minutes/s3rver';
  const module = (await import(name)) as { default: ServerClass };
  const folder = await mkdtemp(join(tmpdir(), 'sluice-s3-'));
  const server = new module.default({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: folder,
    configureBuckets: [{ name: 'lake' }],
  });
  // It checks signatures of requests to a bucket as if their path had no slash at its end. The client sends one, as
  // Amazon's own servers expect; seen as a host of the bucket's, the path is checked as it was sent.
  const place = server.middleware.findIndex(({ name: called }) => called === 'vhost') + 1;
  server.middleware.splice(place, 0, async (context, next) => {
    if (/^\/[^/]+\/$/.test(context.path)) {
      context.state.vhost = true;
      context.mountPath = '/';
    }
    await next();
  });
  const { port } = await server.run();
  return {
    source: {
      name: 'lake',
      config: {
        type: 's3',
        bucket: 'lake',
        endpoint: `http://127.0.0.1:${port}`,
        region: 'us-east-1',
        prefix: '',
        accessKeyId: 'S3RVER',
        pathStyle: true,
      },
      secrets: { secretAccessKey: 'S3RVER' },
      version: '1',
    },
    async stop() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
