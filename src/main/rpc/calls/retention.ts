import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';

export function retentionCalls(os: Implementer, core: RpcCore) {
  const calls = os.retention;
  const { retention } = core.services;
  return {
    use: calls.use.handler(() => retention.use()),
    preview: calls.preview.handler(() => retention.preview()),
    clean: calls.clean.handler(({ context }) => retention.clean(context.caller)),
    status: calls.status.handler(() => retention.status()),
  };
}
