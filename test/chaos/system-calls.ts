import { execFileSync } from 'node:child_process';

/** Whether processes can be watched, and their calls made to fail, by strace on this machine. */
export const hasStrace = works('strace', ['-e', 'trace=none', 'true']);

/** Whether this user may mount a small file system. */
export function works(file: string, args: readonly string[]): boolean {
  try {
    execFileSync(file, args, { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
