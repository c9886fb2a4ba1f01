import { datasetsContract } from './datasets.ts';
import { editorContract } from './editor.ts';
import { keysContract } from './keys.ts';
import { pipelinesContract } from './pipelines.ts';
import { runsContract } from './runs.ts';
import { systemContract } from './system.ts';

/**
 * Every call of the app, declared once. `main/rpc` implements it and is attached to a MessagePort (Electron) and
 * to HTTP (browser, command line); the renderer's client is made from it. A failed call carries an error whose
 * `data` is an ErrorReport.
 */
export const contract = {
  pipelines: pipelinesContract,
  editor: editorContract,
  runs: runsContract,
  datasets: datasetsContract,
  keys: keysContract,
  system: systemContract,
};
export type AppContract = typeof contract;
