import { join, resolve, sep } from 'node:path';
import type * as Electron from 'electron';
import { homeFolder, programFiles } from '../app/config.ts';
import { type App, createApp } from '../app/create-app.ts';
import { fileSecrets } from '../platform/secrets.ts';
import { appUrl, schemePrivileges, serveWindow } from './app-scheme.ts';
import { addDialogs } from './dialogs.ts';
import { forbiddenSwitch, launchArguments } from './launch-options.ts';
import { menuTemplate } from './menu.ts';
import { keychainSecrets, systemNotifications } from './native-ports.ts';
import { handOverPorts } from './port-handover.ts';
import { addQuitLadder } from './quit-ladder.ts';
import { utilityRunnerLauncher } from './utility-launcher.ts';
import { guardContents, guardSession } from './window-guards.ts';
import { windowOptions } from './window-options.ts';

export interface ShellFiles {
  /** Folder with package.json. */
  readonly root: string;
  readonly runner: string;
  readonly inspector: string;
  readonly preload: string;
}

/** The desktop head: one window over one app. Resolves when the window is there, or when another instance has it. */
export async function runShell(
  electron: typeof Electron,
  files: ShellFiles,
  args: readonly string[],
): Promise<void> {
  const { app, protocol, session, shell } = electron;
  process.umask(0o077);
  const refused = app.isPackaged ? forbiddenSwitch((name) => app.commandLine.hasSwitch(name)) : undefined;
  if (refused) {
    process.stderr.write(`Sluice does not start with --${refused}.\n`);
    return app.exit(2);
  }
  protocol.registerSchemesAsPrivileged(schemePrivileges);
  app.enableSandbox();
  guardContents(app, shell);
  const wanted = launchArguments(args);
  const home = homeFolder(wanted.home);
  // The engine's own files (cache, storage of the page) stay inside the home too.
  app.setPath('userData', join(home, 'window'));
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write(`Sluice is already open on ${home}: its window comes to the front.\n`);
    return app.exit(0);
  }
  await app.whenReady();
  guardSession(session.defaultSession);
  const program = programFiles(files.root, files);
  const place: WindowPlace = { show: () => undefined };
  const core = await openApp(electron, { home, port: wanted.port, program, place });
  if (!core) return app.exit(3);
  serveWindow(protocol, program.renderer);
  addQuitLadder({
    app,
    stop: core.stop,
    onFailure: (error) => core.log.error({ err: error }, 'the stop failed'),
    after: (milliseconds, call) => void setTimeout(call, milliseconds).unref(),
  });
  core.onFatal(() => app.quit());
  await openWindow(electron, files, core, place);
}

/** Where a click on a message of the system leads; there is no window yet when the app opens. */
interface WindowPlace {
  show(route: string): void;
}

interface OpenOptions {
  readonly home: string;
  readonly port: number | undefined;
  readonly program: ReturnType<typeof programFiles>;
  readonly place: WindowPlace;
}

/** Undefined when the home cannot be opened; the owner was told why. */
async function openApp(
  { utilityProcess, dialog, safeStorage, Notification }: typeof Electron,
  { home, port, program, place }: OpenOptions,
): Promise<App | undefined> {
  try {
    return await createApp(
      { home, port, listen: true, head: 'electron' },
      {
        files: program,
        notifications: systemNotifications(Notification, (route) => place.show(route)),
        secrets: (folder) => keychainSecrets(safeStorage, fileSecrets(folder)),
        launcher: ({ clock, log }) =>
          utilityRunnerLauncher({
            utilityProcess,
            entry: program.runner,
            clock,
            log,
            killNow: (pid) => void process.kill(pid, 'SIGKILL'),
          }),
      },
    );
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${sentence}\n`);
    dialog.showErrorBox('Sluice cannot start', sentence);
    return undefined;
  }
}

async function openWindow(
  electron: typeof Electron,
  files: ShellFiles,
  core: App,
  place: WindowPlace,
): Promise<void> {
  const { app, BrowserWindow, Menu, MessageChannelMain, dialog, ipcMain, shell } = electron;
  const window = new BrowserWindow(windowOptions(files.preload));
  const current = () => (window.isDestroyed() ? undefined : window);
  handOverPorts({
    ipcMain,
    newChannel: () => new MessageChannelMain(),
    attach: (port) => core.attachPort(port, { caller: 'window' }),
  });
  addDialogs({
    ipcMain,
    dialog,
    shell,
    window: current,
    grantFile: core.grantFile,
    isKnownPath: (path) => resolve(path).startsWith(core.home.files + sep),
  });
  const menu = menuTemplate(process.platform, !app.isPackaged, {
    openInBrowser: () => void shell.openExternal(core.signInLink().url),
    showFiles: () => void shell.openPath(core.home.files),
    quit: () => app.quit(),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu));
  place.show = (route) => {
    const shown = current();
    if (shown?.isMinimized()) shown.restore();
    shown?.focus();
    // Only what stands behind the # changes: the page stays as it is and follows.
    void shown?.loadURL(`${appUrl}${route}`);
  };
  app.on('second-instance', () => {
    const shown = current();
    if (shown?.isMinimized()) shown.restore();
    shown?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  window.once('ready-to-show', () => window.show());
  await window.loadURL(appUrl);
}
