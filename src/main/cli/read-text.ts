import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { CommandFailure } from './failures.ts';

/** A file named on the command line; `-` is standard input. */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new CommandFailure(
      missing ? `The file ${file} does not exist.` : `The file ${file} cannot be read.`,
    );
  }
}

/** Undefined lets the reader decide by the text itself. */
export function formatOf(file: string): 'yaml' | 'json' | undefined {
  const extension = extname(file).toLowerCase();
  if (extension === '.json') return 'json';
  return extension === '.yaml' || extension === '.yml' ? 'yaml' : undefined;
}
