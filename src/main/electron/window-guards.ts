import type { App, Session, Shell, WebContents } from 'electron';
import { appOrigin } from './app-scheme.ts';
import { mayOpenOutside } from './external-links.ts';

/** Pasting and copying is all the page may ask the system for. */
const grantedPermissions = new Set(['clipboard-sanitized-write']);

/** Denies every permission in every way the engine asks: request, check, and devices. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    answer(grantedPermissions.has(permission));
  });
  session.setPermissionCheckHandler((_contents, permission) => grantedPermissions.has(permission));
  session.setDevicePermissionHandler(() => false);
}

/** Every web contents there will ever be stays on the app's pages, opens no window and hosts no other content. */
export function guardContents(app: Pick<App, 'on'>, shell: Pick<Shell, 'openExternal'>): void {
  app.on('web-contents-created', (_event, contents) => guardOne(contents, shell));
}

function guardOne(contents: WebContents, shell: Pick<Shell, 'openExternal'>): void {
  contents.on('will-navigate', (event) => {
    if (!isAppPage(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isAppPage(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

export function isAppPage(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && `${url.protocol}//${url.host}` === appOrigin && url.username === '';
}
