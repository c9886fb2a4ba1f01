import { type ClientLink, createORPCClient } from '@orpc/client';
import { RPCLink as HttpLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import type { AppContract } from '../../shared/contract/index.ts';
import { sessionToken } from './session.ts';

export type AppClient = ContractRouterClient<AppContract>;
type Link = ClientLink<Record<never, never>>;

/** Chosen once, before the first screen: the desktop shell hands over a port, a browser speaks HTTP. */
let link: Link | undefined;

export async function connectClient(): Promise<void> {
  link = window.sluice ? linkOnPort(await window.sluice.connect()) : linkOnHttp();
}

/** The typed client of the app's contract. */
export const client: AppClient = createORPCClient<AppClient>({
  call: (path, input, options) => {
    if (!link) throw new Error('Internal error: the client is used before it is connected');
    return link.call(path, input, options);
  },
});

/** Query and mutation options of every call, for TanStack Query. */
export const orpc = createTanstackQueryUtils(client);

function linkOnPort(port: MessagePort): Link {
  port.start();
  return new PortLink({ port });
}

function linkOnHttp(): Link {
  return new HttpLink({
    url: new URL('/app/rpc', location.origin).href,
    headers: () => ({ 'x-sluice-session': sessionToken() ?? '' }),
  });
}
