import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { type ExecutionDoorPorts, executionDoor } from './doors/execution/door.ts';
import type { DownloadTickets } from './download-tickets.ts';
import { createGatedServer } from './gated-server.ts';
import { addOpenApi } from './openapi.ts';
import { answerErrors, reportAnswer, routeNotFound } from './plugins/errors.ts';
import { addSecurityHeaders, setSecurityHeaders } from './plugins/headers.ts';
import { addJsonBodies, defaultBodyBytes } from './plugins/json-bodies.ts';
import { addRequestLog, requestId } from './plugins/request-log.ts';
import { addCalls, type HttpCalls } from './routes/calls.ts';
import { addDownloads } from './routes/downloads.ts';
import { addHealth } from './routes/health.ts';
import { addHooks, type HookPorts } from './routes/hooks.ts';
import { addRenderer } from './routes/renderer.ts';
import { addSession } from './routes/session.ts';
import type { SignIn } from './sign-in.ts';

export interface ApiParts {
  readonly log: Logger;
  readonly version: string;
  readonly signIn: SignIn;
  readonly tickets: DownloadTickets;
  readonly calls: HttpCalls;
  readonly execution: ExecutionDoorPorts;
  readonly hooks: HookPorts;
  /** Folder of the built window; without it `/` says how to build one. */
  readonly rendererFolder?: string | undefined;
  /** Exact origins of a development server; none in the product. */
  readonly devOrigins?: readonly string[];
  isReady(): boolean;
}

/** Everything that answers over HTTP, not listening yet. */
export async function buildApi(parts: ApiParts): Promise<FastifyInstance> {
  const app = Fastify({
    serverFactory: (handler) => createGatedServer(handler, parts.devOrigins ?? []),
    loggerInstance: parts.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    bodyLimit: defaultBodyBytes,
    routerOptions: { maxParamLength: 200 },
    // A stop must not wait for idle keep-alive sockets or live streams.
    forceCloseConnections: true,
    frameworkErrors: refuseAddress,
  });
  app.setErrorHandler(answerErrors(reportAnswer));
  app.setNotFoundHandler((request) => {
    throw routeNotFound(request);
  });
  addSecurityHeaders(app);
  addRequestLog(app);
  await addJsonBodies(app);
  addOpenApi(app, parts.version);
  addHealth(app, parts.isReady);
  addSession(app, parts.signIn);
  addDownloads(app, parts.tickets);
  await app.register(addCalls, parts);
  await app.register(executionDoor, parts.execution);
  await app.register(addHooks, parts.hooks);
  await addRenderer(app, parts.rendererFolder);
  return app;
}

/** An address that the router cannot read reaches no hook and no error handler, and is not sent by itself. */
function refuseAddress(_error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  setSecurityHeaders(request, reply);
  const refused = new SluiceError('invalid_input', { reason: 'The address of the request cannot be read.' });
  void reply.send(reportAnswer(refused, request, reply));
}
