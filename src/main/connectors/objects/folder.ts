import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { FileConnector, SourceOf } from '../connector.ts';
import { fail } from '../failure.ts';
import { writeLimited } from './limited-file.ts';

type FolderSource = SourceOf<'folder'>;

const mostFiles = 1000;
const deepest = 8;

interface FoundFile {
  readonly name: string;
  readonly bytes: number;
}

/** Plain files below the folder; links are not followed, hidden files are passed over. */
async function filesBelow(root: string, folder: string, found: FoundFile[], depth = 0): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((left, right) =>
    left.name.localeCompare(right.name, 'en', { numeric: true }),
  )) {
    if (found.length > mostFiles || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isFile())
      found.push({ name: relative(root, path).split(sep).join('/'), bytes: (await stat(path)).size });
    else if (entry.isDirectory() && depth < deepest) await filesBelow(root, path, found, depth + 1);
  }
}

async function list({ root = '' }: FolderSource): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  await filesBelow(root, root, found).catch((cause: NodeJS.ErrnoException) => {
    throw fail(
      'path',
      cause.code === 'EACCES' ? 'the folder may not be read.' : 'the folder cannot be read.',
    );
  });
  return found;
}

/** A file in the folder, whatever links say. */
async function fileIn({ root = '' }: FolderSource, path: string): Promise<string> {
  const real = await realpath(join(root, path)).catch(() => undefined);
  if (real === undefined || !`${real}`.startsWith(root.endsWith(sep) ? root : root + sep))
    throw fail('path', `there is no file "${path}" in the folder.`);
  return real;
}

const described = ({ name, bytes }: FoundFile) => ({
  name,
  kind: 'file' as const,
  columns: [],
  rows: null,
  rowsExact: false,
  bytes,
});

/** Runs read and write its files where they are, as main granted them; only looking into it is done here. */
export const folder: FileConnector<'folder'> = {
  holds: 'files',
  async test(source) {
    const count = (await list(source)).length;
    const more = count > mostFiles ? 'more than ' : '';
    return {
      server: null,
      message: `Opened the folder: ${more}${Math.min(count, mostFiles)} ${count === 1 ? 'file' : 'files'}.`,
    };
  },
  async metadata(source, path) {
    if (path !== undefined) {
      const { size } = await stat(await fileIn(source, path));
      return { tables: [described({ name: path, bytes: size })], more: false };
    }
    const found = await list(source);
    return { tables: found.slice(0, mostFiles).map(described), more: found.length > mostFiles };
  },
  async fetch(source, path, target, reach) {
    return writeLimited(createReadStream(await fileIn(source, path)), target, reach);
  },
};
