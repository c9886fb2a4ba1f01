import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';

export function pipelineCalls(os: Implementer, { services: { pipelines } }: RpcCore) {
  const calls = os.pipelines;
  return {
    list: calls.list.handler(({ input }) => pipelines.list(input)),
    get: calls.get.handler(({ input }) => pipelines.get(input.id, input.revision)),
    create: calls.create.handler(({ input, context }) => pipelines.create(input.document, context.caller)),
    save: calls.save.handler(({ input, context }) =>
      pipelines.save(input.id, input.baseRevision, input.document, context.caller),
    ),
    rename: calls.rename.handler(({ input, context }) =>
      pipelines.rename(input.id, input.name, context.caller),
    ),
    duplicate: calls.duplicate.handler(({ input, context }) => pipelines.duplicate(input.id, context.caller)),
    remove: calls.remove.handler(({ input, context }) => pipelines.remove(input.ids, context.caller)),
    restore: calls.restore.handler(({ input, context }) => pipelines.restore(input.ids, context.caller)),
    revisions: calls.revisions.handler(({ input }) => pipelines.revisions(input.id)),
    exportText: calls.exportText.handler(({ input }) =>
      pipelines.exportText(input.id, input.format, input.revision),
    ),
    importText: calls.importText.handler(({ input, context }) => pipelines.importText(input, context.caller)),
  };
}
