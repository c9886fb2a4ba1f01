import type { IpcMain, IpcMainEvent, MessageChannelMain, MessagePortMain } from 'electron';
import { channels } from '../../preload/channels.ts';
import { isTrustedSender } from './sender-check.ts';

export interface HandoverPorts {
  readonly ipcMain: Pick<IpcMain, 'on'>;
  readonly newChannel: () => Pick<MessageChannelMain, 'port1' | 'port2'>;
  /** Serves the app's calls on the port. */
  attach(port: MessagePortMain): void;
}

const requestId = /^[\w-]{8,64}$/;

/** Answers each `connect` of the page with a fresh port to the app's calls; a port ends with its page. */
export function handOverPorts({ ipcMain, newChannel, attach }: HandoverPorts): void {
  ipcMain.on(channels.connect, (event: IpcMainEvent, id: unknown) => {
    if (!isTrustedSender(event.senderFrame) || typeof id !== 'string' || !requestId.test(id)) return;
    const { port1, port2 } = newChannel();
    attach(port1);
    port1.start();
    event.senderFrame?.postMessage(channels.port, id, [port2]);
  });
}
