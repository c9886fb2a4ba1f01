import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { HomePaths } from '../store/home-paths.ts';
import type { FileGate } from './engine-ports.ts';
import { liesWithin, pathFault } from './path-rules.ts';

/** What may be used beside the files folder, read anew for each question. Absolute paths of files or folders. */
export type GrantedPaths = (pipelineId: string | undefined) => readonly string[];

/**
 * Decides which files a pipeline may touch.
 *
 * A path is judged twice: as written, so that the answer for a path outside says nothing about what exists there, and
 * with every link resolved, so that a link below an allowed folder leads nowhere else. Only the resolved path is
 * handed on. Whatever of the home folder is not the files folder is refused even inside a granted folder: keys,
 * tokens and the store live there.
 */
export function createFileGate(home: HomePaths, granted: GrantedPaths): FileGate {
  function roots(pipelineId: string | undefined, opened: readonly string[]): string[] {
    return [home.files, ...granted(pipelineId), ...opened];
  }

  function isOpen(path: string, folders: readonly string[]): boolean {
    const inHome = liesWithin(home.root, path) || liesWithin(realOf(home.root), path);
    const usable = inHome ? folders.filter((folder) => isFilesFolder(folder)) : folders;
    return usable.some((folder) => liesWithin(folder, path));
  }

  /** Only the files folder, or something granted below it, opens a part of the home. */
  function isFilesFolder(folder: string): boolean {
    return liesWithin(home.files, folder) || liesWithin(realOf(home.files), folder);
  }

  function refuse(path: string): SluiceError {
    return new SluiceError('file_not_allowed', { path });
  }

  /** The absolute path a text means, refused when its form or place is not allowed. */
  function absoluteOf(path: string, allowed: readonly string[]): string {
    const fault = pathFault(path);
    if (fault) throw faultyPath(path, fault);
    const absolute = isAbsolute(path) ? resolve(path) : join(home.files, path);
    if (!isOpen(absolute, [...allowed, ...allowed.map(realOf)])) throw refuse(path);
    return absolute;
  }

  function requireOpen(real: string, path: string, allowed: readonly string[]): string {
    if (!isOpen(real, allowed.map(realOf))) throw refuse(path);
    return real;
  }

  return {
    resolveRead(path, pipelineId, folders = []) {
      const allowed = roots(pipelineId, folders);
      const real = tryReal(absoluteOf(path, allowed));
      if (real === undefined) throw new SluiceError('file_missing', { path });
      requireOpen(real, path, allowed);
      // A named pipe would hang its reader, a device never ends.
      if (!statSync(real).isFile())
        throw new SluiceError('invalid_input', { reason: `${path} is not a file.` });
      return real;
    },

    resolveWrite(path, pipelineId, folders = []) {
      const allowed = roots(pipelineId, folders);
      const absolute = absoluteOf(path, allowed);
      if (/[\\/]$/.test(path))
        throw new SluiceError('invalid_input', { reason: `${path} names a folder, not a file.` });
      const real = requireOpen(realTarget(absolute, path), path, allowed);
      const there = statSync(real, { throwIfNoEntry: false });
      if (there && !there.isFile())
        throw new SluiceError('invalid_input', { reason: `${path} is not a file.` });
      return real;
    },
  };
}

/** Where a write to a path would land: the nearest folder that exists with its links resolved, and the rest below it. */
function realTarget(absolute: string, path: string): string {
  const found = entry(absolute, path);
  if (found) {
    const real = tryReal(absolute);
    // A link to nothing: what it would make appears wherever it points.
    if (real === undefined) throw new SluiceError('file_not_allowed', { path });
    return real;
  }
  return join(realTarget(dirname(absolute), path), basename(absolute));
}

function entry(absolute: string, path: string): Stats | undefined {
  try {
    return lstatSync(absolute, { throwIfNoEntry: false });
  } catch (error) {
    if (!isMissing(error)) throw error;
    const throughFile = (error as NodeJS.ErrnoException).code === 'ENOTDIR';
    if (throughFile) throw new SluiceError('invalid_input', { reason: `${path} leads through a file.` });
    throw new SluiceError('file_not_allowed', { path });
  }
}

export function realOf(path: string): string {
  return tryReal(path) ?? path;
}

function tryReal(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Also a loop of links and a path through a file: neither leads to a file. */
function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return (
    code === 'ENOENT' ||
    code === 'ENOTDIR' ||
    code === 'ELOOP' ||
    code === 'EACCES' ||
    code === 'ENAMETOOLONG'
  );
}

/** A path that climbs or starts at a home folder leads outside; anything else is not the path of a file here at all. */
export function faultyPath(path: string, fault: string): SluiceError {
  const outside = /upwards|home folder/.test(fault);
  return new SluiceError(outside ? 'file_not_allowed' : 'path_not_allowed', { path: printable(path), fault });
}

/** The start of a path, harmless to show: whoever sent it chose its length and its characters. */
function printable(path: string): string {
  return path.length > 200 ? `${escaped(path.slice(0, 200))}...` : escaped(path);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const unseen = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

function escaped(path: string): string {
  return path.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
