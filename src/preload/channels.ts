/** Names of the shell's few messages between main and preload. No other is listened to. */
export const channels = {
  connect: 'sluice:connect',
  port: 'sluice:port',
  pickFile: 'sluice:pick-file',
  pickSaveFile: 'sluice:pick-save-file',
  pickFolder: 'sluice:pick-folder',
  showInFolder: 'sluice:show-in-folder',
} as const;
