import type { FromRunner } from './protocol.ts';

/**
 * The runner's end of the line to main. A forked Node process has `process.send`, an Electron utility process
 * has `process.parentPort`; nothing beyond this file knows which of the two it is.
 */
export interface Channel {
  send(message: FromRunner): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once main can no longer hear us. */
  onGone(listener: () => void): void;
}

/** The part of Electron's `process.parentPort` that is used; Electron's own types stay out of the runner. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

export function openChannel(host: NodeJS.Process = process): Channel {
  const port = (host as NodeJS.Process & { parentPort?: ParentPort }).parentPort;
  if (port) return utilityChannel(port);
  if (host.send) return forkChannel(host);
  throw new Error('The runner is a child process of Sluice; it cannot be started by hand.');
}

function utilityChannel(port: ParentPort): Channel {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', (event) => listener(event.data)),
    onGone: (listener) => void port.on('close', listener),
  };
}

function forkChannel(host: NodeJS.Process): Channel {
  return {
    // A send that fails means that main is gone; `disconnect` says so too.
    send: (message) => void host.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void host.on('message', listener),
    onGone: (listener) => void host.on('disconnect', listener),
  };
}
