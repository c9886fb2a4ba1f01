import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';

export function keyCalls(os: Implementer, { services: { keys } }: RpcCore) {
  return {
    list: os.keys.list.handler(() => keys.list()),
    create: os.keys.create.handler(({ input }) => keys.create(input)),
    revoke: os.keys.revoke.handler(({ input }) => keys.revoke(input.id)),
  };
}
