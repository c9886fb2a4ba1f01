import { spawn } from 'node:child_process';
import { type Host, nodeHost } from './paths.ts';

/** Opens an address in the user's browser. */
export interface Opener {
  /** False where nothing could be opened (no display, no browser): the caller then prints the address. */
  open(url: string): Promise<boolean>;
}

/** The command that opens an address, or undefined where there is no display to open it on. */
export function openCommand(host: Host, url: string): readonly [string, ...string[]] | undefined {
  if (host.platform === 'darwin') return ['open', url];
  // `start` is a word of the shell and would read `&` in an address; rundll32 takes it as it is.
  if (host.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  const display = host.env.DISPLAY || host.env.WAYLAND_DISPLAY;
  return display ? ['xdg-open', url] : undefined;
}

export function nodeOpener(host: Host = nodeHost()): Opener {
  return {
    open(url) {
      // Anything but a web address could start a program.
      const command = /^https?:\/\//.test(url) ? openCommand(host, url) : undefined;
      return command ? started(command) : Promise.resolve(false);
    },
  };
}

function started([program, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' });
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
    child.unref();
  });
}
