import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';

export function diagnosticsCalls(os: Implementer, { services }: RpcCore) {
  return { get: os.diagnostics.get.handler(() => services.care.diagnostics()) };
}
