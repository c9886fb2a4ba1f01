import { implementer } from './base.ts';
import { datasetCalls } from './calls/datasets.ts';
import { editorCalls } from './calls/editor.ts';
import { keyCalls } from './calls/keys.ts';
import { pipelineCalls } from './calls/pipelines.ts';
import { runCalls } from './calls/runs.ts';
import { systemCalls } from './calls/system.ts';
import type { RpcCore } from './core.ts';

/** The contract implemented once. A call that is missing here does not compile. */
export function createRouter(core: RpcCore) {
  const os = implementer(core.log);
  return os.router({
    pipelines: pipelineCalls(os, core),
    editor: editorCalls(os, core),
    runs: runCalls(os, core),
    datasets: datasetCalls(os, core),
    keys: keyCalls(os, core),
    system: systemCalls(os, core),
  });
}
export type AppRouter = ReturnType<typeof createRouter>;
