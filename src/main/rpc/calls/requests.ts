import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';

export function requestCalls(os: Implementer, { services: { requests }, facts }: RpcCore) {
  return {
    list: os.requests.list.handler(({ input }) => requests.list(input)),
    asCurl: os.requests.asCurl.handler(({ input }) => ({ command: requests.asCurl(input.id, facts.url()) })),
    clear: os.requests.clear.handler(() => requests.clear()),
  };
}
