import { buildApi } from '../api/build-api.ts';
import { DownloadTickets } from '../api/download-tickets.ts';
import { callsPrefix } from '../api/routes/calls.ts';
import { SignIn } from '../api/sign-in.ts';
import { createEngine } from '../engine/index.ts';
import { type Notifications, noNotifications } from '../platform/notifications.ts';
import type { RunnerLauncher } from '../platform/runner-launcher.ts';
import type { Secrets } from '../platform/secrets.ts';
import { attachToPort, callsOverHttp, clientInProcess } from '../rpc/attach.ts';
import type { CallContext, RpcCore } from '../rpc/core.ts';
import { createRouter } from '../rpc/router.ts';
import { createBackground } from './background.ts';
import type { AppConfig, ProgramFiles } from './config.ts';
import { openCore } from './core.ts';
import { doorPorts } from './doors.ts';
import { systemFacts } from './facts.ts';
import { ownerToken, removeServerFile, writeServerFile } from './home-files.ts';
import { listen } from './listen.ts';

export interface AppPorts {
  readonly files: ProgramFiles;
  /** How this head starts the processes that execute runs. */
  readonly launcher: (tools: LauncherTools) => RunnerLauncher;
  /** Where secrets are kept that must be read back; files in this folder when left out. */
  readonly secrets?: (folder: string) => Secrets;
  /** Messages of the operating system; none when left out. */
  readonly notifications?: Notifications;
}

type LauncherTools = Pick<Awaited<ReturnType<typeof openCore>>, 'clock' | 'log'>;

export type App = Awaited<ReturnType<typeof createApp>>;

const graceMilliseconds = 5_000;

/**
 * The whole product without a head: the home's lock, the store, the services, the engine, the calls, and (when asked
 * to listen) the HTTP server. Whatever was opened is closed again when a later part fails.
 */
export async function createApp(config: AppConfig, ports: AppPorts) {
  const core = await openCore(config.home, ports.files, ports.secrets);
  const { services, home, log, clock, closing } = core;
  try {
    const stopping = new AbortController();
    const launcher = ports.launcher(core);
    const engine = createEngine({
      services,
      settings: () => services.settings.get(),
      events: core.events,
      folders: home,
      launchRunner: launcher,
      clock,
      log,
      perLane: (lane) => services.keys.mostRuns(lane),
      ownPort: () => (url === '' ? undefined : Number(new URL(url).port)),
      onLoad: (load) => core.events.publish({ type: 'engine.load', ...load }),
    });
    closing.push(() => engine.stop({ graceMs: graceMilliseconds }));
    const signIn = new SignIn(ownerToken(home.ownerToken));
    const tickets = new DownloadTickets();
    let url = '';
    const signInLink = () => {
      const { code, expiresAt } = signIn.issueCode();
      return { url: `${url}/#signin=${code}`, expiresAt: expiresAt.toISOString() };
    };
    const background = createBackground({
      core,
      notifications: ports.notifications ?? noNotifications,
      url: () => url,
      load: () => engine.load(),
    });
    const rpcCore: RpcCore = {
      notices: background.notices,
      services,
      engine,
      triggerLoop: background.triggers,
      events: core.events,
      log,
      stopping: stopping.signal,
      signInLink,
      exportsFolder: home.exports,
      issueDownload: (file) => tickets.issue(file),
      facts: systemFacts({ core, engine, version: ports.files.version, head: config.head, url: () => url }),
    };
    const router = createRouter(rpcCore);
    if (config.listen) {
      const api = await buildApi({
        log,
        version: ports.files.version,
        signIn,
        tickets,
        calls: callsOverHttp(router, callsPrefix),
        hooks: { triggers: services.triggers, now: () => clock.now() },
        ...doorPorts({ services, engine }),
        rendererFolder: ports.files.renderer,
        devOrigins: config.devOrigins ?? [],
        isReady: () => !stopping.signal.aborted,
      });
      closing.push(() => api.close());
      url = await listen(api, config.port);
      await engine.start();
      await background.start();
      closing.push(() => removeServerFile(home.serverFile));
      const startedAt = new Date(clock.now()).toISOString();
      writeServerFile(home.serverFile, { url, pid: process.pid, version: ports.files.version, startedAt });
      log.info({ url, home: home.root }, 'ready');
    }
    return {
      url,
      home,
      log,
      version: ports.files.version,
      openapi: url && `${url}/openapi.json`,
      signInLink,
      /** Ends with the app: a failure of the store that nothing can go on after. */
      onFatal: core.store.onFatal,
      startEngine: () => engine.start(),
      client: (context: CallContext) => clientInProcess(router, context),
      attachPort: (port: Parameters<typeof attachToPort>[1], context: CallContext) =>
        attachToPort(router, port, context),
      grantFile: (pipelineId: string, path: string) => services.files.grant(pipelineId, path),
      load: () => engine.load(),
      stop: once(async () => {
        stopping.abort();
        await core.close();
      }),
    };
  } catch (error) {
    await core.close();
    throw error;
  }
}

/** Later calls get the first one's promise. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
