import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Host {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
}

export const nodeHost = (): Host => ({ platform: process.platform, env: process.env, homeFolder: homedir() });

/** The home folder when none is named on the command line: SLUICE_HOME, or the platform's own place for data. */
export function defaultHome(host: Host = nodeHost()): string {
  const { env, homeFolder, platform } = host;
  if (env.SLUICE_HOME) return resolve(env.SLUICE_HOME);
  if (platform === 'darwin') return join(homeFolder, 'Library', 'Application Support', 'Sluice');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homeFolder, 'AppData', 'Local'), 'Sluice');
  // The XDG rules say that a relative value is to be ignored.
  const data = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(homeFolder, '.local', 'share');
  return join(data, 'sluice');
}
