import { join, resolve } from 'node:path';
import * as electron from 'electron';
import { runShell } from './shell.ts';

// Built to out/main/index.js; the runner, the thread that inspects the store and the preload are built beside it.
const files = {
  root: resolve(import.meta.dirname, '../..'),
  runner: join(import.meta.dirname, 'runner.js'),
  inspector: join(import.meta.dirname, 'inspection.js'),
  preload: join(import.meta.dirname, '../preload/index.cjs'),
};

runShell(electron, files, process.argv.slice(1)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  electron.app.exit(1);
});
