import { parseArgs } from 'node:util';

export interface LaunchArguments {
  readonly home: string | undefined;
  readonly port: number | undefined;
}

/** No fuse covers these: each would open the packaged app to whoever can start it. */
const forbiddenSwitches = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'no-sandbox',
  'inspect',
  'inspect-brk',
];

/** Our own arguments among those that the engine reads itself. */
export function launchArguments(args: readonly string[]): LaunchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: { home: { type: 'string' }, port: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });
  const port = Number(values.port);
  return {
    home: typeof values.home === 'string' ? values.home : undefined,
    port:
      typeof values.port === 'string' && Number.isInteger(port) && port >= 0 && port < 65_536
        ? port
        : undefined,
  };
}

export function forbiddenSwitch(hasSwitch: (name: string) => boolean): string | undefined {
  return forbiddenSwitches.find(hasSwitch);
}
