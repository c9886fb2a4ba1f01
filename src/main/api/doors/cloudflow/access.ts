import type { KeySummary, PipelineDetail } from '../../../../shared/contract/domain.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { uuid } from '../../../../shared/kernel/ids.ts';
import type { PipelinesService } from '../../../services/service-types.ts';
import { reaches } from '../../plugins/door-guard.ts';

/** Who asks: what a key sees is the same at every route. */
export type Asker = Pick<KeySummary, 'environment' | 'pipelineIds'>;

/** Throws not_found: another environment's pipeline, or one that the key does not reach, is not there. */
export function visiblePipeline(
  pipelines: Pick<PipelinesService, 'get'>,
  key: KeySummary,
  id: string,
): PipelineDetail {
  const missing = new SluiceError('not_found', { what: 'pipeline', id: id.slice(0, 100) });
  if (!uuid.safeParse(id).success || !reaches(key, id)) throw missing;
  const pipeline = found(() => pipelines.get(id));
  if (!pipeline || !isSeen(pipeline.environment, key)) throw missing;
  return pipeline;
}

/** What was made in the window belongs to both environments. */
export function isSeen(environment: KeySummary['environment'] | null, key: Asker): boolean {
  return environment === null || environment === key.environment;
}

/** What a look finds; undefined where it throws not_found. */
export function found<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'not_found') return undefined;
    throw error;
  }
}
