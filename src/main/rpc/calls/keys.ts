import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';

export function keyCalls(os: Implementer, { services: { keys } }: RpcCore) {
  return {
    list: os.keys.list.handler(() => keys.list()),
    get: os.keys.get.handler(({ input }) => keys.get(input.id)),
    create: os.keys.create.handler(({ input }) => keys.create(input)),
    update: os.keys.update.handler(({ input }) => keys.update(input)),
    revoke: os.keys.revoke.handler(({ input }) => keys.revoke(input.id)),
    rotate: os.keys.rotate.handler(({ input }) => keys.rotate(input.id, input.overlap)),
    allowPipeline: os.keys.allowPipeline.handler(({ input: { id, pipelineId, allowed } }) =>
      keys.allowPipeline(id, pipelineId, allowed),
    ),
    recentUse: os.keys.recentUse.handler(() => keys.recentUse()),
    usage: os.keys.usage.handler(({ input }) => keys.usage(input.id, input.span)),
  };
}
