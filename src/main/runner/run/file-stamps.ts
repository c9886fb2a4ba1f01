import { fileIdentity } from '../../compile/digest.ts';
import type { RunTask } from '../protocol.ts';

type Stamps = ReadonlyMap<string, string>;

/** What stands for the content of each granted file at this moment. */
export async function fileStamps(task: RunTask): Promise<Stamps> {
  const stamps = new Map<string, string>();
  for (const path of Object.values(task.files)) {
    stamps.set(path, await fileIdentity(path).catch(() => 'missing'));
  }
  return stamps;
}

export function sameStamps(left: Stamps, right: Stamps): boolean {
  return left.size === right.size && [...left].every(([path, stamp]) => right.get(path) === stamp);
}
