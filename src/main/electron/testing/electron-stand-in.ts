import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import type * as Electron from 'electron';

interface StandInOptions {
  readonly firstInstance?: boolean;
  readonly packaged?: boolean;
  readonly switches?: readonly string[];
}

interface StandInWindow {
  readonly options: Electron.BrowserWindowConstructorOptions;
  loaded: string;
  focused: boolean;
}

/**
 * A stand-in for the `electron` module, for tests: it keeps what it was told and plays the events that a test asks
 * for. Ports are Node's own message ports, utility processes are forked Node processes. It shows that the shell
 * tells Electron the right things, not that Electron does them.
 */
export function standIn({ firstInstance = true, packaged = false, switches = [] }: StandInOptions = {}) {
  const told: string[] = [];
  const windows: StandInWindow[] = [];
  const openedOutside: string[] = [];
  const shown: string[] = [];
  const handedOver: { id: string; port: unknown }[] = [];
  const handlers = new Map<string, (event: unknown, message: unknown) => Promise<unknown>>();
  const permission: Record<string, (...args: unknown[]) => unknown> = {};
  const exit = Promise.withResolvers<number>();
  const ipc = new EventEmitter();
  const state = { chooses: undefined as string | undefined, schemes: [] as unknown };

  const app = Object.assign(new EventEmitter(), {
    isPackaged: packaged,
    commandLine: { hasSwitch: (name: string) => switches.includes(name) },
    enableSandbox: () => void told.push('enableSandbox'),
    setPath: () => undefined,
    requestSingleInstanceLock: () => firstInstance,
    whenReady: async () => void told.push('whenReady'),
    exit: (code: number) => exit.resolve(code),
    quit: () => undefined,
  });

  class BrowserWindow extends EventEmitter {
    readonly record: StandInWindow;
    constructor(options: Electron.BrowserWindowConstructorOptions) {
      super();
      this.record = { options, loaded: '', focused: false };
      windows.push(this.record);
    }
    isDestroyed = () => false;
    isMinimized = () => false;
    restore = () => undefined;
    show = () => undefined;
    focus = () => {
      this.record.focused = true;
    };
    loadURL = async (url: string) => {
      this.record.loaded = url;
    };
  }

  class MessageChannelMain extends MessageChannel {}

  const electron = {
    app,
    BrowserWindow,
    MessageChannelMain,
    Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => undefined },
    protocol: {
      registerSchemesAsPrivileged: (schemes: unknown) => {
        told.push('registerSchemesAsPrivileged');
        state.schemes = schemes;
      },
      handle: (scheme: string) => void told.push(`protocol.handle:${scheme}`),
    },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: (...args: unknown[]) => unknown) => {
          permission.request = handler;
        },
        setPermissionCheckHandler: (handler: (...args: unknown[]) => unknown) => {
          permission.check = handler;
        },
        setDevicePermissionHandler: (handler: (...args: unknown[]) => unknown) => {
          permission.device = handler;
        },
      },
    },
    shell: {
      openExternal: async (url: string) => void openedOutside.push(url),
      openPath: async () => '',
      showItemInFolder: (path: string) => void shown.push(path),
    },
    dialog: {
      showErrorBox: () => undefined,
      showOpenDialog: async () => ({
        canceled: !state.chooses,
        filePaths: state.chooses ? [state.chooses] : [],
      }),
      showSaveDialog: async () => ({ canceled: !state.chooses, filePath: state.chooses ?? '' }),
    },
    ipcMain: {
      on: (name: string, listener: (...args: unknown[]) => void) => ipc.on(name, listener),
      handle: (name: string, handler: (event: unknown, message: unknown) => Promise<unknown>) =>
        handlers.set(name, handler),
    },
    utilityProcess: { fork: forkAsUtility },
    safeStorage: { isEncryptionAvailable: () => false, getSelectedStorageBackend: () => 'basic_text' },
    Notification: { isSupported: () => false },
  };

  return {
    electron: electron as unknown as typeof Electron,
    app,
    ipc,
    told,
    windows,
    openedOutside,
    shown,
    handedOver,
    /** What a frame of the page is posted. */
    posted: (_channel: string, id: string, [port]: unknown[]) => void handedOver.push({ id, port }),
    exited: exit.promise,
    get schemes() {
      return state.schemes;
    },
    set chooses(path: string | undefined) {
      state.chooses = path;
    },
    requestPermission: (name: string): unknown => {
      let answer: unknown;
      permission.request?.({}, name, (given: unknown) => {
        answer = given;
      });
      return answer;
    },
    checkPermission: (name: string) => permission.check?.({}, name),
    devicePermission: () => permission.device?.({}),
    invoke: async (name: string, senderFrame: unknown, message: unknown) =>
      handlers.get(name)?.({ senderFrame }, message),
    newContents: () => newContents(app),
  };
}

function newContents(app: EventEmitter) {
  let open: ((details: { url: string }) => unknown) | undefined;
  const contents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler: (handler: (details: { url: string }) => unknown) => {
      open = handler;
    },
  });
  app.emit('web-contents-created', {}, contents);
  const fire = (name: string, details: object): 'allowed' | 'prevented' => {
    let outcome: 'allowed' | 'prevented' = 'allowed';
    const preventDefault = (): void => {
      outcome = 'prevented';
    };
    contents.emit(name, { ...details, preventDefault });
    return outcome;
  };
  return {
    tryNavigate: (url: string) => fire('will-navigate', { url }),
    tryWebview: () => fire('will-attach-webview', {}),
    open: (url: string) => open?.({ url }),
  };
}

/** A forked Node process with the face of a utility process. */
function forkAsUtility(entry: string, args: string[], options: { cwd: string; env: Record<string, string> }) {
  const child = fork(entry, args, {
    ...options,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return Object.assign(child, { postMessage: (message: object) => child.send(message) });
}
