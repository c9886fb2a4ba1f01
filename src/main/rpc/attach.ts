import { createRouterClient, type RouterClient } from '@orpc/server';
import { RPCHandler as HttpHandler } from '@orpc/server/fastify';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import type { CallContext } from './core.ts';
import type { AppRouter } from './router.ts';

type HttpArguments = Parameters<HttpHandler<CallContext>['handle']>;
type HttpRequest = HttpArguments[0];
type HttpReply = HttpArguments[1];
type ServerPort = Parameters<PortHandler<CallContext>['upgrade']>[0];

/** The calls as a plain client inside this process: the command line without a server. */
export function clientInProcess(router: AppRouter, context: CallContext): RouterClient<AppRouter> {
  return createRouterClient(router, { context });
}

/** Serves the calls over a message port (the desktop window's). The port must be started by the caller. */
export function attachToPort(router: AppRouter, port: ServerPort, context: CallContext): void {
  new PortHandler<CallContext>(router).upgrade(port, { context });
}

/** The calls over HTTP, below `prefix`; false when the path names no call. */
export function callsOverHttp(router: AppRouter, prefix: `/${string}`) {
  const handler = new HttpHandler<CallContext>(router);
  return async (request: HttpRequest, reply: HttpReply, context: CallContext): Promise<boolean> =>
    (await handler.handle(request, reply, { prefix, context })).matched;
}
