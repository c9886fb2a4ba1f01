import type { KeySummary, RunSummary } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { uuid } from '../../shared/kernel/ids.ts';
import type { RunsService } from '../services/service-types.ts';
import { reaches } from './plugins/door-guard.ts';

/**
 * The run of an id for a door, whichever door it came in by. One of another environment, or of a pipeline that the key
 * does not reach, is not there.
 */
export function visibleRun(
  runs: Pick<RunsService, 'summary'>,
  key: KeySummary,
  id: string,
  what = 'job',
): RunSummary {
  const run = uuid.safeParse(id).success ? runs.summary(id.toLowerCase()) : undefined;
  if (run && run.environment === key.environment && reaches(key, run.pipelineId)) return run;
  throw new SluiceError('not_found', { what, id: id.slice(0, 100) });
}
