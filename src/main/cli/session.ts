import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { homeFolder } from '../app/config.ts';
import { type AppClient, findServer, type RunningServer } from '../app/find-server.ts';
import { nodeAppPorts } from './app-ports.ts';
import { CommandFailure } from './failures.ts';

/** One command's access to a home: through its running server, or by owning the home for the command's time. */
export interface Session {
  readonly client: AppClient;
  /** False when nobody else executes runs: the command itself must then wait for them. */
  readonly hasServer: boolean;
  /** Resolves once runs are taken; nothing to do where a server takes them. */
  startEngine(): Promise<void>;
  close(): Promise<void>;
}

const attempts = 10;

/** Opens a session, does the work, and closes it whatever happens. */
export async function withSession<Result>(
  home: string | undefined,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await openSession(homeFolder(home));
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Work that only a running server can do. */
export async function withServer<Result>(
  home: string | undefined,
  work: (server: RunningServer) => Promise<Result>,
): Promise<Result> {
  const folder = homeFolder(home);
  const server = await findServer(folder);
  if (!server)
    throw new CommandFailure(`No Sluice is running on the folder ${folder}. Start one with: npm start`);
  return work(server);
}

/** A home that is locked but does not answer yet is starting or stopping: asked again for some seconds. */
async function openSession(folder: string): Promise<Session> {
  for (let attempt = 1; ; attempt += 1) {
    const server = await findServer(folder);
    if (server) return overHttp(server);
    try {
      return await inProcess(folder);
    } catch (error) {
      const busy = error instanceof SluiceError && error.code === 'home_in_use';
      if (!busy || attempt === attempts) throw error;
      await sleep(500);
    }
  }
}

function overHttp({ client }: RunningServer): Session {
  return { client, hasServer: true, startEngine: async () => undefined, close: async () => undefined };
}

async function inProcess(folder: string): Promise<Session> {
  // Loaded only where it is needed: most commands just talk to the server.
  const { createApp } = await import('../app/create-app.ts');
  const app = await createApp({ home: folder, listen: false, head: 'browser' }, nodeAppPorts());
  return {
    client: app.client({ caller: 'cli' }),
    hasServer: false,
    startEngine: app.startEngine,
    close: app.stop,
  };
}
