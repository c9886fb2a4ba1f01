import { parseConnection } from '../../../shared/sources/parse-connection.ts';
import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';

export function sourceCalls(os: Implementer, { services: { sources }, engine }: RpcCore) {
  const calls = os.sources;
  return {
    list: calls.list.handler(({ input }) => sources.list(input)),
    get: calls.get.handler(({ input }) => sources.get(input.id)),
    create: calls.create.handler(({ input: { environment, ...input }, context }) =>
      sources.create(input, context.caller, { environment }),
    ),
    update: calls.update.handler(({ input: { id, ...change }, context }) =>
      sources.update(id, change, context.caller),
    ),
    remove: calls.remove.handler(({ input, context }) => sources.remove(input.ids, context.caller)),
    usedBy: calls.usedBy.handler(({ input }) => sources.usedBy(input.id)),
    test: calls.test.handler(({ input, signal }) => engine.testSource(input, signal)),
    parseConnection: calls.parseConnection.handler(({ input }) => parseConnection(input.text)),
    metadata: calls.metadata.handler(({ input, signal }) => engine.sourceMetadata(input, signal)),
  };
}
