import { implementer } from './base.ts';
import { backupCalls } from './calls/backup.ts';
import { datasetCalls } from './calls/datasets.ts';
import { diagnosticsCalls } from './calls/diagnostics.ts';
import { editorCalls } from './calls/editor.ts';
import { historyCalls } from './calls/history.ts';
import { keyCalls } from './calls/keys.ts';
import { noticeCalls } from './calls/notices.ts';
import { oauthCalls } from './calls/oauth.ts';
import { pipelineCalls } from './calls/pipelines.ts';
import { requestCalls } from './calls/requests.ts';
import { retentionCalls } from './calls/retention.ts';
import { runCalls } from './calls/runs.ts';
import { sourceCalls } from './calls/sources.ts';
import { systemCalls } from './calls/system.ts';
import { triggerCalls } from './calls/triggers.ts';
import { eventCalls, webhookCalls } from './calls/webhooks.ts';
import type { RpcCore } from './core.ts';

/** The contract implemented once. A call that is missing here does not compile. */
export function createRouter(core: RpcCore) {
  const os = implementer(core);
  return os.router({
    pipelines: pipelineCalls(os, core),
    editor: editorCalls(os, core),
    runs: runCalls(os, core),
    history: historyCalls(os, core),
    datasets: datasetCalls(os, core),
    keys: keyCalls(os, core),
    requests: requestCalls(os, core),
    oauth: oauthCalls(os, core),
    sources: sourceCalls(os, core),
    webhooks: webhookCalls(os, core),
    events: eventCalls(os, core),
    triggers: triggerCalls(os, core),
    system: systemCalls(os, core),
    retention: retentionCalls(os, core),
    notices: noticeCalls(os, core),
    backup: backupCalls(os, core),
    diagnostics: diagnosticsCalls(os, core),
  });
}
export type AppRouter = ReturnType<typeof createRouter>;
