import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** What Sluice counts, lists and notices by itself is no change of what the owner has. */
const ownBooks = new Set([
  'requests',
  'key_use',
  'rate_states',
  'notices',
  'failing_pipelines',
  'sqlite_sequence',
  'settings',
]);

/** A digest of the rows of every table of a home's store, so that two moments can be compared. */
export function stateOf(home: string): Record<string, string> {
  const db = new Database(join(home, 'sluice.db'), { readonly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
      name: string;
    }[];
    return Object.fromEntries(
      tables
        .filter(({ name }) => !ownBooks.has(name))
        .map(({ name }) => [
          name,
          digestOf(db.prepare(`SELECT * FROM "${name}"`).all() as Record<string, unknown>[]),
        ]),
    );
  } finally {
    db.close();
  }
}

function digestOf(rows: readonly Record<string, unknown>[]): string {
  const texts = rows.map(({ last_used_at: _use, ...row }) => JSON.stringify(row)).sort();
  return `${rows.length} ${createHash('sha256').update(texts.join('\n')).digest('hex')}`;
}
