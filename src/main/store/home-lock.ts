import Database from 'better-sqlite3';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { HomePaths } from './home-paths.ts';

export interface HomeLock {
  release(): void;
}

/**
 * Makes this process the one owner of a home folder, or throws `home_in_use`.
 *
 * The lock is an open exclusive transaction on a file of its own, so it is the kernel's file lock: it ends with the
 * process however that ends, and no leftover file can claim an owner who is gone. Nothing else in this process may
 * open and close `lock.db`: on POSIX closing any handle of a file drops all the locks that the process has on it.
 */
export function lockHome(home: HomePaths): HomeLock {
  const db = new Database(home.lock, { timeout: 0 });
  try {
    db.pragma('journal_mode = DELETE');
    db.pragma('synchronous = FULL');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (isBusy(error)) throw new SluiceError('home_in_use', { home: home.root }, { cause: error });
    throw error;
  }
  return { release: () => db.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
