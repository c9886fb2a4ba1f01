import type { FastifyInstance } from 'fastify';
import { describeDoor } from '../../openapi.ts';
import { authorization, type DoorFront, guardDoor } from '../../plugins/door-guard.ts';
import { refuseOtherMethods } from '../../route-kit.ts';
import { dataflowError } from './answers.ts';
import { addData, type DataPorts } from './data-route.ts';
import { dataflowDescription } from './description.ts';
import { acceptStreams, type IngestPorts, ingestRoutes } from './ingest-route.ts';
import { addJob } from './job-route.ts';

export interface DataflowDoorPorts extends IngestPorts, DataPorts {
  readonly datasets: IngestPorts['datasets'] & DataPorts['datasets'];
  readonly front: DoorFront;
}

/** Where the door's paths begin, with a name for the ids of their operations. */
const bases = [
  ['/api/v2', ''],
  ['/v2', '_short'],
] as const;

/** Door 1: takes records in, tells how their jobs stand, and gives the results out. */
export async function dataflowDoor(door: FastifyInstance, ports: DataflowDoorPorts): Promise<void> {
  guardDoor(door, ports.front, {
    door: 'dataflow',
    paths: bases.map(([base]) => base),
    credential: (request) => authorization(request, 'Bearer'),
    answer: dataflowError,
  });
  describeDoor(door, dataflowDescription);
  acceptStreams(door);
  const addIngest = ingestRoutes(ports);
  for (const [base, name] of bases) {
    addIngest(door, `${base}/ingest`, `dataflow_ingest${name}`);
    addJob(door, `${base}/jobs/:job_id`, `dataflow_get_job${name}`, ports.runs, `${base}/data`);
    addData(door, `${base}/data/:dataset_id`, `dataflow_get_data${name}`, ports);
    refuseOtherMethods(door, `${base}/ingest`, ['POST']);
    refuseOtherMethods(door, `${base}/jobs/:job_id`, ['GET']);
    refuseOtherMethods(door, `${base}/data/:dataset_id`, ['GET']);
  }
}
