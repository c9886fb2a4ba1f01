import type { MenuItemConstructorOptions } from 'electron';

export interface MenuActions {
  openInBrowser(): void;
  showFiles(): void;
  quit(): void;
}

/** The app menu. Editing keys of the canvas belong to the page; only the system's own words stand here. */
export function menuTemplate(
  platform: NodeJS.Platform,
  developer: boolean,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const appMenu: MenuItemConstructorOptions = { role: 'appMenu' };
  return [
    ...(isMac ? [appMenu] : []),
    {
      label: 'File',
      submenu: [
        { label: 'Open in Browser', click: actions.openInBrowser },
        { label: 'Show Files Folder', click: actions.showFiles },
        { type: 'separator' },
        isMac ? { role: 'close' } : { label: 'Quit', accelerator: 'Ctrl+Q', click: actions.quit },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(developer
          ? ([{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }] as const)
          : []),
      ],
    },
    { role: 'windowMenu' },
  ];
}
