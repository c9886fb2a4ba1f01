import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/** What a running server tells programs of the same user about itself. */
export const serverFile = z.object({
  url: z.url(),
  pid: z.int(),
  version: z.string(),
  startedAt: z.string(),
});
export type ServerFile = z.infer<typeof serverFile>;

/** Written whole or not at all, readable by the owner alone. */
export function writeServerFile(path: string, content: ServerFile): void {
  writeOwnerFile(path, `${JSON.stringify(content)}\n`);
}

export function readServerFile(path: string): ServerFile | undefined {
  try {
    return serverFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

export function removeServerFile(path: string): void {
  rmSync(path, { force: true });
}

/** The owner's token, made on the first start of a home. */
export function ownerToken(path: string): string {
  const found = readOwnerToken(path);
  if (found) {
    chmodSync(path, 0o600);
    return found;
  }
  const token = randomBytes(32).toString('base64url');
  writeOwnerFile(path, `${token}\n`);
  return token;
}

export function readOwnerToken(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function writeOwnerFile(path: string, text: string): void {
  const aside = `${path}.${process.pid}.tmp`;
  writeFileSync(aside, text, { mode: 0o600 });
  renameSync(aside, path);
}
