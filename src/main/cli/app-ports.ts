import { resolve } from 'node:path';
import { programFiles } from '../app/config.ts';
import type { AppPorts } from '../app/create-app.ts';
import { nodeRunnerLauncher } from '../platform/node-runner-launcher.ts';

/** The product on plain Node: runners are forked processes. */
export function nodeAppPorts(): AppPorts {
  const files = programFiles(resolve(import.meta.dirname, '../../..'));
  return {
    files,
    launcher: ({ clock, log }) => nodeRunnerLauncher({ entry: files.runner, clock, log }),
  };
}
