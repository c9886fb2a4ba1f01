import { backupContract } from './backup.ts';
import { datasetsContract } from './datasets.ts';
import { diagnosticsContract } from './diagnostics.ts';
import { editorContract } from './editor.ts';
import { historyContract } from './history.ts';
import { keysContract } from './keys.ts';
import { noticesContract } from './notices.ts';
import { oauthContract } from './oauth.ts';
import { pipelinesContract } from './pipelines.ts';
import { requestsContract } from './requests.ts';
import { retentionContract } from './retention.ts';
import { runsContract } from './runs.ts';
import { sourcesContract } from './sources.ts';
import { systemContract } from './system.ts';
import { triggersContract } from './triggers.ts';
import { eventsContract, webhooksContract } from './webhooks.ts';

/**
 * Every call of the app, declared once. `main/rpc` implements it and is attached to a MessagePort (Electron) and
 * to HTTP (browser, command line); the renderer's client is made from it. A failed call carries an error whose
 * `data` is an ErrorReport.
 */
export const contract = {
  pipelines: pipelinesContract,
  editor: editorContract,
  runs: runsContract,
  history: historyContract,
  datasets: datasetsContract,
  keys: keysContract,
  oauth: oauthContract,
  requests: requestsContract,
  sources: sourcesContract,
  webhooks: webhooksContract,
  events: eventsContract,
  triggers: triggersContract,
  system: systemContract,
  backup: backupContract,
  diagnostics: diagnosticsContract,
  retention: retentionContract,
  notices: noticesContract,
};
export type AppContract = typeof contract;
