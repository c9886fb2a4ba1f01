import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defaultHome } from '../platform/paths.ts';

export interface AppConfig {
  /** Absolute path of the home folder. */
  readonly home: string;
  /** Port to listen on; 0 takes any free one. Undefined: 7430, or the next free one. */
  readonly port?: number | undefined;
  /** False for a command that works on a home without a server. */
  readonly listen: boolean;
  readonly head: 'electron' | 'browser';
  readonly devOrigins?: readonly string[];
}

export const defaultPort = 7430;

/** The folder given, else what the platform says. */
export function homeFolder(given: string | undefined): string {
  return given ? resolve(given) : defaultHome();
}

/** Files of the program itself. */
export interface ProgramFiles {
  readonly root: string;
  readonly version: string;
  readonly renderer: string;
  readonly samples: string;
  /** Where a runner's process starts. */
  readonly runner: string;
  /** Where the thread starts that inspects the store. */
  readonly inspector: string;
}

/** `root` holds package.json: the checkout, or the unpacked app, whose entries were built. */
export function programFiles(
  root: string,
  entries: Pick<ProgramFiles, 'runner' | 'inspector'> = {
    runner: join(root, 'src/main/runner/main.ts'),
    inspector: join(root, 'src/main/store/inspection-thread.ts'),
  },
): ProgramFiles {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return {
    root,
    version,
    renderer: join(root, 'out/renderer'),
    samples: join(root, 'resources/samples'),
    runner: entries.runner,
    inspector: entries.inspector,
  };
}
