import type { Environment, KeySummary } from '../../shared/contract/domain.ts';
import { type DoorVerb, mayDo } from './doors.ts';
import { isLiveKey } from './key-words.ts';

/** A pipeline, as far as keys are concerned. */
export interface ReachedPipeline {
  readonly id: string;
  /** Null is seen by keys of both. */
  readonly environment: Environment | null;
}

/** The doors at which a pipeline is called by its id. */
export const startDoors = ['execution', 'cloudflow'] as const;

/** Of an environment that sees the pipeline, and still let in. */
export function isCandidate(key: KeySummary, { environment }: ReachedPipeline): boolean {
  return isLiveKey(key) && (environment === null || environment === key.environment);
}

/** Limited to some pipelines, of which this is none. */
export const isOutside = (key: KeySummary, { id }: ReachedPipeline): boolean =>
  key.pipelineIds !== null && !key.pipelineIds.includes(id);

/** What a key that reaches a pipeline may do with it, in words; nothing where no scope speaks of pipelines. */
export function deedsOf(scopes: readonly string[]): string | undefined {
  const may = (verb: DoorVerb) => startDoors.some((door) => mayDo(scopes, door, verb));
  const deeds = [
    may('run') && 'start it',
    may('read') && 'see how it went',
    mayDo(scopes, 'cloudflow', 'write') && 'change it',
  ].filter((deed) => deed !== false);
  return deeds.length === 0 ? undefined : deeds.join(', ');
}

/** The keys that can do something with a pipeline: first those that were added to it, then those that reach all. */
export function reachingKeys(keys: readonly KeySummary[], pipeline: ReachedPipeline): KeySummary[] {
  const reaching = keys.filter((key) => isCandidate(key, pipeline) && !isOutside(key, pipeline));
  const added = reaching.filter(({ pipelineIds }) => pipelineIds !== null);
  const others = reaching.filter(({ pipelineIds, scopes }) => pipelineIds === null && deedsOf(scopes));
  return [...added, ...others];
}
