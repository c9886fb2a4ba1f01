import { Buffer } from 'node:buffer';
import type { Notification, SafeStorage } from 'electron';
import type { Notifications } from '../platform/notifications.ts';
import type { Secrets } from '../platform/secrets.ts';

/**
 * Secrets encrypted by the system's keychain, kept as text in `inner`. On Linux without a keyring the engine falls to
 * `basic_text`, which protects nothing: then the files are said to be just files.
 */
export function keychainSecrets(
  safeStorage: Pick<
    SafeStorage,
    'isEncryptionAvailable' | 'encryptString' | 'decryptString' | 'getSelectedStorageBackend'
  >,
  inner: Secrets,
  platform: NodeJS.Platform = process.platform,
): Secrets {
  const plain = platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text';
  if (plain || !safeStorage.isEncryptionAvailable()) return inner;
  return {
    protection: 'keychain',
    async read(name) {
      const sealed = await inner.read(name);
      return sealed === undefined ? undefined : safeStorage.decryptString(Buffer.from(sealed, 'base64'));
    },
    write: (name, value) => inner.write(name, safeStorage.encryptString(value).toString('base64')),
    remove: (name) => inner.remove(name),
  };
}

/** Messages of the system; a click leads to a place in the window. */
export function systemNotifications(
  NotificationClass: typeof Notification,
  open: (route: string) => void,
): Notifications {
  return {
    available: NotificationClass.isSupported(),
    show({ title, body, route }) {
      const notice = new NotificationClass({ title, body });
      if (route) notice.on('click', () => open(route));
      notice.show();
    },
  };
}
