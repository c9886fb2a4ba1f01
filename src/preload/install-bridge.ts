import type { SluiceBridge } from './bridge.ts';

type PickFile = SluiceBridge['pickFile'];
type PickSaveFile = SluiceBridge['pickSaveFile'];

/** What the preload can do for the page: fixed messages, none of which takes a channel's name. */
export interface PreloadCalls {
  readonly platform: string;
  requestPort(id: string): void;
  pickFile(request: Parameters<PickFile>[0]): ReturnType<PickFile>;
  pickSaveFile(request: Parameters<PickSaveFile>[0]): ReturnType<PickSaveFile>;
  pickFolder(): Promise<string | null>;
  showInFolder(path: string): Promise<unknown>;
}

/**
 * Runs in the page's own world, before its scripts: makes the one object that it sees of the shell. The function is
 * sent there as text, so it uses nothing from outside itself.
 */
export function installBridge(calls: PreloadCalls): void {
  const connect = (): Promise<MessagePort> => {
    const id = crypto.randomUUID();
    return new Promise((resolve) => {
      const listener = (event: MessageEvent): void => {
        const [port] = event.ports;
        if (event.source !== window || event.data?.sluicePort !== id || !port) return;
        window.removeEventListener('message', listener);
        resolve(port);
      };
      window.addEventListener('message', listener);
      calls.requestPort(id);
    });
  };
  const bridge = {
    head: 'electron',
    platform: calls.platform,
    connect,
    pickFile: (request) => calls.pickFile(request),
    pickSaveFile: (request) => calls.pickSaveFile(request),
    pickFolder: () => calls.pickFolder(),
    showInFolder: async (path) => {
      await calls.showInFolder(path);
    },
  } satisfies SluiceBridge;
  Object.defineProperty(window, 'sluice', { value: Object.freeze(bridge), enumerable: true });
}
