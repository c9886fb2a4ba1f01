import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { canonicalJson } from '../../shared/kernel/json.ts';

/** Raised when what is printed for the same plan changes its meaning, so that older kept results are not taken. */
const compilerVersion = 1;

export type WireDigest = readonly [digest: string, port: string, name: string];

export interface DigestParts {
  readonly kind: string;
  readonly version: number;
  /** The plan, or whatever else decides the rows. */
  readonly plan: unknown;
  /** Input port -> its wires: digest of the node it comes from, port there, and the name where a text may use it. */
  readonly inputs: Readonly<Record<string, readonly WireDigest[]>>;
  /** One identity a file that is read. */
  readonly files: readonly string[];
  /** One version id a dataset that is read. */
  readonly datasets: readonly string[];
  /** Name -> value of the parameters it uses. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly engineVersion: string;
}

/** The name of a result by what it was made of: SHA-256 in hex. Never of titles, notes or places on the canvas. */
export function digestOf(parts: DigestParts): string {
  return createHash('sha256')
    .update(canonicalJson([compilerVersion, parts]))
    .digest('hex');
}

/** Path, size, times of change in nanoseconds and inode: what stands for a file's content without reading it. */
export async function fileIdentity(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  // A file that vanished meanwhile equals nothing, itself at another time included.
  if (!found) return `${path}|gone|${process.hrtime.bigint()}`;
  return [path, found.size, found.mtimeNs, found.ctimeNs, found.ino].join('|');
}
