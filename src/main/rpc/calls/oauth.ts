import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';

export function oauthCalls(os: Implementer, { services: { oauth } }: RpcCore) {
  return {
    list: os.oauth.list.handler(() => oauth.list()),
    get: os.oauth.get.handler(({ input }) => oauth.get(input.id)),
    approve: os.oauth.approve.handler(({ input }) => oauth.approve(input)),
    deny: os.oauth.deny.handler(({ input }) => oauth.deny(input.id)),
    apps: os.oauth.apps.handler(() => oauth.apps()),
    revoke: os.oauth.revoke.handler(({ input }) => oauth.revoke(input.id)),
  };
}
