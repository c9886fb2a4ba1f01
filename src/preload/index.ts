import { contextBridge, ipcRenderer } from 'electron';
import { channels } from './channels.ts';
import { installBridge, type PreloadCalls } from './install-bridge.ts';

const calls: PreloadCalls = {
  platform: process.platform,
  requestPort: (id) => ipcRenderer.send(channels.connect, id),
  pickFile: (request) => ipcRenderer.invoke(channels.pickFile, request),
  pickSaveFile: (request) => ipcRenderer.invoke(channels.pickSaveFile, request),
  pickFolder: () => ipcRenderer.invoke(channels.pickFolder, {}),
  showInFolder: (path) => ipcRenderer.invoke(channels.showInFolder, path),
};

// A port cannot pass the bridge between the worlds; a message of the window to itself can carry it.
ipcRenderer.on(channels.port, (event, id: string) => {
  window.postMessage({ sluicePort: id }, window.location.origin, event.ports);
});

contextBridge.executeInMainWorld({ func: installBridge, args: [calls] });
