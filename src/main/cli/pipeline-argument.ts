import type { PipelineSummary } from '../../shared/contract/domain.ts';
import { uuid } from '../../shared/kernel/ids.ts';
import type { AppClient } from '../app/find-server.ts';
import { CommandFailure } from './failures.ts';

/** A pipeline named by its id, or by its exact name where only one has it. */
export async function findPipeline(client: AppClient, wanted: string): Promise<Pick<PipelineSummary, 'id'>> {
  if (uuid.safeParse(wanted).success) return { id: wanted };
  const named = (await client.pipelines.list({})).filter(({ name }) => name === wanted);
  const [pipeline] = named;
  if (!pipeline) throw new CommandFailure(`There is no pipeline named "${wanted}". See: pipelines list`);
  if (named.length > 1)
    throw new CommandFailure(`${named.length} pipelines are named "${wanted}". Use the id.`);
  return pipeline;
}
