import { type Dirent, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { createFileGate, faultyPath, realOf } from './file-gate.ts';
import { liesWithin, pathFault } from './path-rules.ts';
import type { ServiceContext } from './service-context.ts';
import type { FileEntry, FilesService, SettingsService } from './service-types.ts';
import { createUploads } from './uploads.ts';

/** More entries than this help nobody who browses. */
const listLimit = 5000;

export function createFilesService(context: ServiceContext, settings: SettingsService): FilesService {
  const { store, home } = context;
  const gate = createFileGate(home, (pipelineId) => [
    ...settings.get().grantedFolders,
    ...(pipelineId === undefined ? [] : store.grants.paths(pipelineId)),
  ]);

  /** Relative to the files folder where it lies below it, absolute elsewhere: what a config takes. */
  function configPath(absolute: string): string {
    const base = [home.files, realOf(home.files)].find((folder) => liesWithin(folder, absolute));
    return base === undefined ? absolute : relative(base, absolute).split(sep).join('/');
  }

  /** Of a path with its links resolved: whether every pipeline may use it. */
  function isOpen(path: string): boolean {
    if (liesWithin(realOf(home.files), path)) return true;
    if (liesWithin(realOf(home.root), path)) return false;
    return settings.get().grantedFolders.some((folder) => liesWithin(folder, path));
  }

  /** The folder that a text means, if it is one that every pipeline may use. */
  function openFolder(folder: string): string {
    if (folder === '') return home.files;
    const fault = pathFault(folder);
    if (fault) throw faultyPath(folder, fault);
    const path = realOf(isAbsolute(folder) ? folder : join(home.files, folder));
    if (!isOpen(path)) throw new SluiceError('file_not_allowed', { path: folder });
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new SluiceError('file_missing', { path: folder });
    }
    return path;
  }

  function entryOf(folder: string, entry: Dirent): FileEntry[] {
    const absolute = join(folder, entry.name);
    // A link that leads out says nothing of what is there.
    if (entry.isSymbolicLink() && !isOpen(realOf(absolute))) return [];
    const found = statSync(absolute, { throwIfNoEntry: false });
    if (!found || !(found.isFile() || found.isDirectory()) || entry.name.startsWith('.')) return [];
    return [
      {
        name: entry.name,
        path: configPath(absolute),
        kind: found.isDirectory() ? 'folder' : 'file',
        bytes: found.isDirectory() ? 0 : found.size,
        modifiedAt: found.mtime.toISOString(),
      },
    ];
  }

  function grantedEntries(): FileEntry[] {
    return settings.get().grantedFolders.flatMap((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      if (!found?.isDirectory()) return [];
      return [{ name: path, path, kind: 'folder' as const, bytes: 0, modifiedAt: found.mtime.toISOString() }];
    });
  }

  return {
    ...gate,
    folderPath: openFolder,
    configPath,
    upload: createUploads(home),

    list(folder) {
      const path = openFolder(folder);
      const entries = readdirSync(path, { withFileTypes: true })
        .slice(0, listLimit)
        .flatMap((entry) => entryOf(path, entry))
        .sort(foldersFirst);
      return { folder, entries: folder === '' ? [...entries, ...grantedEntries()] : entries };
    },

    grant(pipelineId, absolutePath) {
      const path = realOf(absolutePath);
      const own = liesWithin(realOf(home.root), path);
      if (own && liesWithin(realOf(home.files), path)) return configPath(path);
      if (own) throw new SluiceError('file_not_allowed', { path: absolutePath });
      if (!store.pipelines.find(pipelineId))
        throw new SluiceError('not_found', { what: 'pipeline', id: pipelineId });
      store.write(() => store.grants.add({ id: context.newId(), pipelineId, path, at: context.now() }));
      return path;
    },
  };
}

function foldersFirst(a: FileEntry, b: FileEntry): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1;
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}
