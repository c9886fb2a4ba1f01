import { basename } from 'node:path';
import type { BrowserWindow, Dialog, IpcMain, IpcMainInvokeEvent, Shell } from 'electron';
import { z } from 'zod';
import { channels } from '../../preload/channels.ts';
import { uuid } from '../../shared/kernel/ids.ts';
import { isTrustedSender } from './sender-check.ts';

const pickFileRequest = z.strictObject({
  pipelineId: uuid.optional(),
  extensions: z
    .array(z.string().regex(/^[a-z0-9]{1,10}$/i))
    .max(20)
    .optional(),
});
const pickSaveRequest = z.strictObject({
  pipelineId: uuid.optional(),
  suggestedName: z.string().max(255).optional(),
});
const pickFolderRequest = z.strictObject({});
const pathRequest = z.string().min(1).max(4096);

export interface DialogPorts {
  readonly ipcMain: Pick<IpcMain, 'handle'>;
  readonly dialog: Pick<Dialog, 'showOpenDialog' | 'showSaveDialog'>;
  readonly shell: Pick<Shell, 'showItemInFolder'>;
  window(): BrowserWindow | undefined;
  /** Lets a pipeline use a file that the owner chose; answers the path as its config names it. */
  grantFile(pipelineId: string, path: string): string;
  /** Whether a path is one that the app may point at: its own files and what was chosen here. */
  isKnownPath(path: string): boolean;
}

/** Native dialogs. Choosing a file is the owner's permission for that pipeline to use it. */
export function addDialogs(ports: DialogPorts): void {
  const chosen = new Set<string>();
  const granted = (path: string | undefined, pipelineId: string | undefined): string | null => {
    if (!path) return null;
    chosen.add(path);
    return pipelineId ? ports.grantFile(pipelineId, path) : path;
  };
  answer(ports, channels.pickFile, pickFileRequest, async ({ pipelineId, extensions }) => {
    const filters = extensions ? [{ name: 'Data files', extensions }, everyFile] : [everyFile];
    const options = { properties: ['openFile' as const], filters };
    const window = ports.window();
    const shown = window
      ? ports.dialog.showOpenDialog(window, options)
      : ports.dialog.showOpenDialog(options);
    const { canceled, filePaths } = await shown;
    return granted(canceled ? undefined : filePaths[0], pipelineId);
  });
  answer(ports, channels.pickSaveFile, pickSaveRequest, async ({ pipelineId, suggestedName }) => {
    // Only the name: a suggested folder could point the owner somewhere unexpected.
    const options = suggestedName ? { defaultPath: basename(suggestedName) } : {};
    const window = ports.window();
    const shown = window
      ? ports.dialog.showSaveDialog(window, options)
      : ports.dialog.showSaveDialog(options);
    const { canceled, filePath } = await shown;
    return granted(canceled ? undefined : filePath, pipelineId);
  });
  answer(ports, channels.pickFolder, pickFolderRequest, async () => {
    const options = { properties: ['openDirectory' as const, 'createDirectory' as const] };
    const window = ports.window();
    const shown = window
      ? ports.dialog.showOpenDialog(window, options)
      : ports.dialog.showOpenDialog(options);
    const { canceled, filePaths } = await shown;
    return granted(canceled ? undefined : filePaths[0], undefined);
  });
  answer(ports, channels.showInFolder, pathRequest, async (path) => {
    if (chosen.has(path) || ports.isKnownPath(path)) ports.shell.showItemInFolder(path);
    return null;
  });
}

const everyFile = { name: 'All files', extensions: ['*'] };

/** Listens to one message; a wrong sender or a wrong shape gets the same refusal. */
function answer<Request>(
  { ipcMain }: DialogPorts,
  channel: string,
  schema: z.ZodType<Request>,
  work: (request: Request) => Promise<string | null>,
): void {
  ipcMain.handle(channel, async (event: IpcMainInvokeEvent, message: unknown) => {
    const request = schema.safeParse(message);
    if (!isTrustedSender(event.senderFrame) || !request.success) throw new Error('Refused.');
    return work(request.data);
  });
}
