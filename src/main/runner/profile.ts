import { readFile } from 'node:fs/promises';
import { isPlainObject } from '../../shared/kernel/json.ts';

/** Rows that one scan of a file gave, whole: a filter pushed down into it would hide the rest. */
export interface ScanCount {
  readonly file: string;
  readonly rows: number;
}

export interface Profile {
  readonly scans: readonly ScanCount[];
  readonly spilledBytes: number;
}

export const emptyProfile: Profile = { scans: [], spilledBytes: 0 };

/** The profile in a file; an empty one where DuckDB wrote none. Figures are a comfort, never a reason to fail. */
export async function readProfile(path: string): Promise<Profile> {
  try {
    return parseProfile(await readFile(path, 'utf8'));
  } catch {
    return emptyProfile;
  }
}

/**
 * The figures of DuckDB's JSON profile that can be told of a node. Operators of a fused statement do not map back to
 * nodes in general (filters sink, projections merge), but a scan names its file.
 */
export function parseProfile(text: string): Profile {
  const root: unknown = JSON.parse(text);
  const scans: ScanCount[] = [];
  collectScans(root, scans);
  const spilled = isPlainObject(root) ? root.system_peak_temp_dir_size : 0;
  return { scans, spilledBytes: typeof spilled === 'number' ? spilled : 0 };
}

function collectScans(operator: unknown, into: ScanCount[]): void {
  if (!isPlainObject(operator)) return;
  const { extra_info: info, operator_cardinality: rows, children } = operator;
  if (isPlainObject(info) && typeof rows === 'number') {
    const file = info['Filename(s)'];
    if (typeof file === 'string' && info.Filters === undefined) into.push({ file, rows });
  }
  if (Array.isArray(children)) for (const child of children) collectScans(child, into);
}
