import { type ErrorEntry, errorCatalog } from '../../shared/errors/catalog.ts';
import { retryWait } from '../../shared/pipeline/backoff.ts';
import type { Backoff } from '../../shared/pipeline/document.ts';

/** So many deaths of its engine process, or of Sluice under it, end a run that may be poisonous. */
export const crashLimit = 3;
const crashWait = 250;

export interface FailedAttempt {
  /** Codes of the error catalogue: how each attempt of the run ended, oldest first, this one last. */
  readonly causes: readonly string[];
  /** The `retry` of the document, where it is written out. */
  readonly policy: Backoff | undefined;
  /** From 0 up to 1, for the jitter. */
  readonly random?: number;
}

/**
 * Milliseconds until another attempt of a run starts, or undefined when the run has failed for good.
 *
 * - Only causes that the error catalogue marks with `retry` are tried again.
 * - An orderly stop of Sluice (`stopping`) costs no attempt; only `attempts: 1` written out forbids going on after it.
 * - Without a policy a run goes on after crashes alone, publishing being atomic and fenced, up to `crashLimit` of them.
 * - With one, its attempts bound everything, and three deaths of the engine process end the run all the same.
 */
export function nextTry({ causes, policy, random }: FailedAttempt): number | undefined {
  const cause = causes.at(-1) ?? 'internal';
  if (!mayMend(cause) || policy?.attempts === 1) return undefined;
  if (cause === 'stopping') return 0;
  const failures = causes.filter((code) => code !== 'stopping').length;
  const engineDeaths = count(causes, 'engine_crashed');
  if (policy) {
    if (failures >= policy.attempts || engineDeaths >= crashLimit) return undefined;
    return cause === 'interrupted' ? 0 : retryWait(policy, failures, random);
  }
  const crashes = engineDeaths + count(causes, 'interrupted');
  if (!isCrash(cause) || crashes >= crashLimit) return undefined;
  return cause === 'interrupted' ? 0 : crashWait * 2 ** (engineDeaths - 1);
}

function mayMend(code: string): boolean {
  const entries: Readonly<Record<string, ErrorEntry | undefined>> = errorCatalog;
  return Object.hasOwn(entries, code) && entries[code]?.retry === true;
}

const isCrash = (code: string): boolean => code === 'engine_crashed' || code === 'interrupted';

const count = (causes: readonly string[], code: string): number =>
  causes.filter((cause) => cause === code).length;
