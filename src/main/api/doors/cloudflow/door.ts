import type { FastifyInstance } from 'fastify';
import type { KeySummary } from '../../../../shared/contract/domain.ts';
import type { OauthService } from '../../../services/oauth-service.ts';
import type { DatasetsService } from '../../../services/service-types.ts';
import { namedDataset } from '../../dataset-access.ts';
import { describeDoor } from '../../openapi.ts';
import { authorization, type DoorFront, guardDoor } from '../../plugins/door-guard.ts';
import { cloudflowAnswer } from './answers.ts';
import { addSourceRoutes, type SourceRoutesPorts } from './datasources.ts';
import { cloudflowDescription } from './description.ts';
import { addJobRoutes, type JobRoutesPorts } from './jobs.ts';
import { oauthDoor } from './oauth-door.ts';
import { addPipelineRoutes } from './pipelines.ts';
import { addResultRoutes, type ResultRoutesPorts } from './results.ts';

export interface CloudflowDoorPorts
  extends Omit<JobRoutesPorts, 'findDataset'>,
    ResultRoutesPorts,
    SourceRoutesPorts {
  readonly front: DoorFront;
  readonly datasets: DatasetsService;
  readonly oauth: OauthService;
  /** The window is there to show what an app asks for. */
  readonly hasWindow: boolean;
}

/** Door 2: pipelines as steps, jobs, data sources, and apps that were let in by OAuth. */
export async function cloudflowDoor(door: FastifyInstance, ports: CloudflowDoorPorts): Promise<void> {
  await door.register(oauthDoor, ports);
  await door.register(async (scope) => {
    guardDoor(scope, ports.front, {
      door: 'cloudflow',
      paths: ['/api/v1'],
      credential: (request) => authorization(request, 'ApiKey', 'Bearer'),
      tokens: ports.oauth,
      challenge: 'Bearer realm="CloudFlow"',
      answer: cloudflowAnswer,
    });
    describeDoor(scope, cloudflowDescription);
    const findDataset = (key: KeySummary) => (id: string) => namedDataset(ports.datasets, key, id);
    addPipelineRoutes(scope, { ...ports, findDataset });
    addJobRoutes(scope, { ...ports, findDataset });
    addResultRoutes(scope, ports);
    addSourceRoutes(scope, ports);
  });
}
