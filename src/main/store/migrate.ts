import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Connection } from './connection.ts';
import type { HomePaths } from './home-paths.ts';
import { migrations } from './migrations.gen.ts';

export const schemaVersion = migrations.length;

/** Marks the file as ours for `file(1)` and the like: "Slce". */
const applicationId = 0x536c6365;

/** Brings the schema up to this program's version, one transaction a step, so that a kill leaves old or new. */
export function migrate(connection: Connection): void {
  const current = Number(connection.pragma('user_version'));
  for (const migration of migrations.slice(current)) {
    connection.write(() => {
      connection.script(migration.sql);
      connection.script(
        `PRAGMA user_version = ${migration.version}; PRAGMA application_id = ${applicationId}`,
      );
    });
  }
}

/**
 * Throws `home_newer` when a later program wrote the store. It is found out without a connection that could write:
 * even closing an ordinary one would move the log into the file.
 */
export function refuseNewerSchema(home: HomePaths): void {
  if (!existsSync(home.store)) return;
  const version = hasLog(home) ? versionThroughLog(home.store) : versionInHeader(home.store);
  if (version > schemaVersion) throw new SluiceError('home_newer', { home: home.root });
}

/** True when the last owner did not close the store: a clean close empties and removes the log. */
export function hasLog(home: HomePaths): boolean {
  const log = statSync(`${home.store}-wal`, { throwIfNoEntry: false });
  return log !== undefined && log.size > 0;
}

/** https://sqlite.org/fileformat.html#the_database_header: the user version is a big-endian number at byte 60. */
function versionInHeader(path: string): number {
  const header = Buffer.alloc(64);
  const file = openSync(path, 'r');
  try {
    return readSync(file, header, 0, 64, 0) === 64 ? header.readUInt32BE(60) : 0;
  } finally {
    closeSync(file);
  }
}

function versionThroughLog(path: string): number {
  const db = new Database(path, { readonly: true });
  try {
    return Number(db.pragma('user_version', { simple: true }));
  } finally {
    db.close();
  }
}
