import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';

export function noticeCalls(os: Implementer, core: RpcCore) {
  const calls = os.notices;
  return {
    get: calls.get.handler(() => core.notices.view()),
    save: calls.save.handler(async ({ input }) => {
      await core.services.notices.save(input);
      return core.notices.view();
    }),
    test: calls.test.handler(({ input }) => core.notices.test(input.channel)),
  };
}
