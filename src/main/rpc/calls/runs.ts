import { statSync } from 'node:fs';
import { basename } from 'node:path';
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
    list: calls.list.handler(({ input, signal }) => core.services.history.list(input, signal)),
    get: calls.get.handler(({ input }) => runs.get(input.id)),
    // The engine hears of new runs by the event of their commit.
    start: calls.start.handler(({ input, context }) =>
      runs.submit({ ...input, trigger: triggerOf(context), cause: causes[context.caller] }),
    ),
    cancel: calls.cancel.handler(({ input }) => {
      core.engine.cancel(input.id);
      return known(core, input.id);
    }),
    again: calls.again.handler(({ input, context }) =>
      runs.again(input.id, triggerOf(context), input.revision),
    ),
    retryFailed: calls.retryFailed.handler(({ input, context }) =>
      runs.retryFailed(input.id, triggerOf(context)),
    ),
    runFrom: calls.runFrom.handler(({ input, context }) =>
      runs.runFrom(input.id, input.nodeId, triggerOf(context)),
    ),
    steps: calls.steps.handler(({ input }) => runs.steps(input.id, input.attempt)),
    annotate: calls.annotate.handler(({ input: { id, ...change } }) => runs.annotate(id, change)),
    remove: calls.remove.handler(({ input }) => runs.remove(input.ids)),
    logs: calls.logs.handler(({ input, signal }) => runs.logs(input, signal)),
    downloadOutput: calls.downloadOutput.handler(({ input }) => writtenFile(core, input.id, input.nodeId)),
    rows: calls.rows.handler(async ({ input: { runId, nodeId, offset, limit }, signal }) => {
      const { path } = runs.keptRows(runId, nodeId);
      return asAnswer({ ...(await core.engine.page(path, { offset, limit }, signal)), offset });
    }),
  };
}

/** The path is judged anew: a folder may have been taken back since the run wrote there. */
function writtenFile(core: RpcCore, id: string, nodeId: string) {
  const { runs, files } = core.services;
  const { pipelineId, outputs } = runs.get(id);
  const output = outputs.find((one) => one.nodeId === nodeId && one.kind === 'file');
  if (!output) throw new SluiceError('not_found', { what: 'written file of the step', id: nodeId });
  const path = files.resolveRead(output.name, pipelineId);
  const fileName = basename(path);
  return { path, fileName, bytes: statSync(path).size, downloadPath: core.issueDownload({ path, fileName }) };
}

function triggerOf({ caller }: CallContext): RunTrigger {
  return caller;
}

function known(core: RpcCore, id: string): RunSummary {
  const run = core.services.runs.summary(id);
  if (!run) throw new SluiceError('not_found', { what: 'run', id });
  return run;
}
