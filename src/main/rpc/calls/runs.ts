import type { RunSummary, RunTrigger } from '../../../shared/contract/domain.ts';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { Implementer } from '../base.ts';
import type { CallContext, RpcCore } from '../core.ts';
import { asAnswer } from '../writable.ts';

const causes = { window: 'Run button', cli: 'Command line' } as const;

export function runCalls(os: Implementer, core: RpcCore) {
  const calls = os.runs;
  const { runs } = core.services;
  return {
    list: calls.list.handler(({ input }) => runs.list(input)),
    get: calls.get.handler(({ input }) => runs.get(input.id)),
    start: calls.start.handler(({ input, context }) => {
      const run = runs.submit({ ...input, trigger: triggerOf(context), cause: causes[context.caller] });
      core.engine.kick();
      return run;
    }),
    cancel: calls.cancel.handler(({ input }) => {
      core.engine.cancel(input.id);
      return known(core, input.id);
    }),
    again: calls.again.handler(({ input, context }) => {
      const run = runs.again(input.id, triggerOf(context));
      core.engine.kick();
      return run;
    }),
    remove: calls.remove.handler(({ input }) => runs.remove(input.ids)),
    logs: calls.logs.handler(({ input }) => runs.logs(input)),
    rows: calls.rows.handler(async ({ input: { runId, nodeId, offset, limit }, signal }) => {
      const { path } = runs.keptRows(runId, nodeId);
      return asAnswer({ ...(await core.engine.page(path, { offset, limit }, signal)), offset });
    }),
  };
}

function triggerOf({ caller }: CallContext): RunTrigger {
  return caller;
}

function known(core: RpcCore, id: string): RunSummary {
  const run = core.services.runs.summary(id);
  if (!run) throw new SluiceError('not_found', { what: 'run', id });
  return run;
}
