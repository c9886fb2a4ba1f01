import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';

export function backupCalls(os: Implementer, { services }: RpcCore) {
  const calls = os.backup;
  return {
    create: calls.create.handler(({ input }) => services.backup.create(input)),
    verify: calls.verify.handler(({ input }) => services.backup.verify(input.folder)),
  };
}
