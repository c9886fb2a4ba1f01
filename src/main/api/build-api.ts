import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { type CloudflowDoorPorts, cloudflowDoor } from './doors/cloudflow/door.ts';
import { type DataflowDoorPorts, dataflowDoor } from './doors/dataflow/door.ts';
import { type DataosDoorPorts, dataosDoor } from './doors/dataos/door.ts';
import { type DatapulseDoorPorts, datapulseDoor } from './doors/datapulse/door.ts';
import { type ExecutionDoorPorts, executionDoor } from './doors/execution/door.ts';
import type { DownloadTickets } from './download-tickets.ts';
import { createGatedServer } from './gated-server.ts';
import { addOpenApi } from './openapi.ts';
import { prepareDoors } from './plugins/door-guard.ts';
import { answerErrors, reportAnswer, routeNotFound } from './plugins/errors.ts';
import { addSecurityHeaders } from './plugins/headers.ts';
import { addJsonBodies, defaultBodyBytes } from './plugins/json-bodies.ts';
import { addRequestLog, requestId } from './plugins/request-log.ts';
import { refuseUnrouted, wordRefusal } from './plugins/unrouted.ts';
import { addCalls, type HttpCalls } from './routes/calls.ts';
import { addDownloads } from './routes/downloads.ts';
import { addHealth } from './routes/health.ts';
import { addHooks, type HookPorts } from './routes/hooks.ts';
import { addRenderer, windowIsBuilt } from './routes/renderer.ts';
import { addSession } from './routes/session.ts';
import type { SignIn } from './sign-in.ts';

export interface ApiParts {
  readonly log: Logger;
  readonly version: string;
  readonly signIn: SignIn;
  readonly tickets: DownloadTickets;
  readonly calls: HttpCalls;
  readonly dataflow: DataflowDoorPorts;
  readonly execution: ExecutionDoorPorts;
  readonly dataos: DataosDoorPorts;
  readonly cloudflow: Omit<CloudflowDoorPorts, 'hasWindow'>;
  readonly datapulse: DatapulseDoorPorts;
  readonly hooks: HookPorts;
  /** Folder of the built window; without it `/` says how to build one. */
  readonly rendererFolder?: string | undefined;
  /** Exact origins of a development server; none in the product. */
  readonly devOrigins?: readonly string[];
  isReady(): boolean;
}

/** Everything that answers over HTTP, not listening yet. */
export async function buildApi(parts: ApiParts): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    serverFactory: (handler) =>
      createGatedServer(handler, {
        devOrigins: parts.devOrigins ?? [],
        word: (refused) => wordRefusal(app, refused),
      }),
    loggerInstance: parts.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    bodyLimit: defaultBodyBytes,
    routerOptions: { maxParamLength: 200 },
    // A stop must not wait for idle keep-alive sockets or live streams.
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => refuseUnrouted(app, error, request, reply),
  });
  app.setErrorHandler(answerErrors(reportAnswer));
  prepareDoors(app);
  app.setNotFoundHandler((request, reply) => refuseUnrouted(app, routeNotFound(request), request, reply));
  addSecurityHeaders(app);
  addRequestLog(app);
  await addJsonBodies(app);
  addOpenApi(app, parts.version);
  addHealth(app, parts.isReady);
  addSession(app, parts.signIn);
  addDownloads(app, parts.tickets);
  await app.register(addCalls, parts);
  await app.register(dataflowDoor, parts.dataflow);
  await app.register(executionDoor, parts.execution);
  await app.register(dataosDoor, parts.dataos);
  await app.register(cloudflowDoor, { ...parts.cloudflow, hasWindow: windowIsBuilt(parts.rendererFolder) });
  await app.register(datapulseDoor, parts.datapulse);
  await app.register(addHooks, parts.hooks);
  await addRenderer(app, parts.rendererFolder);
  return app;
}
