import type { DoorName } from '../../../src/shared/contract/domain.ts';
import { smallPipeline, type TempApp } from '../../support/temp-app.ts';
import { ask, bearer } from './ask.ts';
import type { KnownIds } from './from-operation.ts';

interface Seeded {
  readonly pipelines: readonly string[];
  readonly runs: readonly string[];
  readonly datasets: readonly string[];
}

/** Ids of things that exist, so that requests to a door get beyond "not found". */
export async function seedDoor(temp: TempApp, door: DoorName, key: string): Promise<KnownIds> {
  const seeded = await seedCore(temp, key);
  return seeds[door](temp, key, seeded);
}

async function seedCore(temp: TempApp, key: string): Promise<Seeded> {
  const pipelines: string[] = [];
  const runs: string[] = [];
  for (let n = 1; n <= 6; n += 1) {
    const { id } = await temp.client.pipelines.create({ document: smallPipeline(`Small ${n}`) });
    const url = `${temp.url}/api/pub/v1/dataflows/${id}/start?await=true`;
    const { json } = await ask(url, { method: 'POST', headers: { 'x-api-key': key } });
    runs.push(json.runId);
    pipelines.push(id);
  }
  return { pipelines, runs, datasets: (await temp.client.datasets.list({})).map(({ id }) => id) };
}

const seeds: Record<DoorName, (temp: TempApp, key: string, seeded: Seeded) => Promise<KnownIds> | KnownIds> =
  {
    dataflow: (_temp, _key, { runs, datasets }) => ({ job_id: runs, dataset_id: datasets }),
    cloudflow: async (temp, key, { pipelines, runs }) => ({
      pipelineId: pipelines,
      jobId: runs,
      id: await ids(
        temp,
        key,
        '/api/v1/datasources',
        [1, 2, 3, 4].map((n) => ({
          name: `source ${n}`,
          type: 'folder',
          connectionString: `file:///${temp.home}/files`,
        })),
      ),
    }),
    execution: (_temp, _key, { pipelines, runs }) => ({ id: pipelines, runid: runs }),
    dataos: async (temp, key) => {
      const at = (path: string, bodies: readonly unknown[]) => ids(temp, key, path, bodies);
      const workflows = ['one', 'two', 'three', 'four', 'five'];
      for (const name of workflows) {
        const dag = [{ name: 'task', spec: { stack: 'flare:7.0' } }];
        const body = { name, version: 'v1', type: 'workflow', workflow: { dag } };
        await ask(`${temp.url}/v1/resources`, { method: 'POST', headers: bearer(key), body });
      }
      const hook = { url: 'https://hooks.example/x', events: ['resource.created'], resources: ['workflow'] };
      return {
        type: ['workflow'],
        // What the examples make and change is called so.
        '/v1/resources/{type}/{name} name': ['my-workflow', 'my-workflow', ...workflows],
        '/v1/resources/{type}/{name}/logs name': workflows,
        '/v1/workspaces/{name} name': ['public', 'analytics'],
        '/v1/webhooks/{id} id': await at('/v1/webhooks', [hook, hook, hook, hook]),
        '/v1/webhooks/{id}/deliveries id': await at('/v1/webhooks', [hook]),
        '/v1/tokens/{id} id': await at('/v1/tokens', [
          { duration: '1h' },
          { duration: '2h' },
          { duration: '3h' },
        ]),
        workspace: ['public'],
      };
    },
    datapulse: (_temp, _key, { datasets }) => ({ id: datasets }),
  };

/** Makes things at a door; answers the ids of those that it made. */
async function ids(temp: TempApp, key: string, path: string, bodies: readonly unknown[]): Promise<string[]> {
  const made: string[] = [];
  for (const body of bodies) {
    const { json } = await ask(`${temp.url}${path}`, { method: 'POST', headers: bearer(key), body });
    const id = json?.id ?? json?.webhook?.id ?? json?.token?.id;
    if (typeof id === 'string') made.push(id);
  }
  return made;
}
