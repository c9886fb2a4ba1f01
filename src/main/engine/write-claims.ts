import type { StartableRun } from '../services/engine-ports.ts';
import { neededNodes, reachOf } from './reach.ts';

/** The datasets that a run publishes, by a key of environment and name, and how. */
export type WriteClaims = ReadonlyMap<string, 'append' | 'replace'>;

/** A sink that reads the dataset which it writes appends to it. */
export function writeClaims({ document, environment, upTo }: StartableRun): WriteClaims {
  const needed = neededNodes(document, upTo);
  const claims = new Map<string, 'append' | 'replace'>();
  for (const { nodeId, readsDatasets = [], writesDatasets = [] } of reachOf(document)) {
    if (!needed.has(nodeId)) continue;
    for (const name of writesDatasets) {
      const key = `${environment} ${name.trim().normalize('NFC').toLowerCase()}`;
      if (claims.get(key) !== 'append') claims.set(key, readsDatasets.includes(name) ? 'append' : 'replace');
    }
  }
  return claims;
}

/**
 * Whether two runs cannot both succeed side by side. A version that is appended to contains the one before it, so a
 * run that appends must be alone with its dataset until it has published. Two that replace do not disturb each other.
 */
export function collide(one: WriteClaims, other: WriteClaims): boolean {
  for (const [key, mode] of one) {
    const theirs = other.get(key);
    if (theirs !== undefined && (mode === 'append' || theirs === 'append')) return true;
  }
  return false;
}
