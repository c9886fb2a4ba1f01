import type { FastifyInstance } from 'fastify';
import { describeDoor } from '../../openapi.ts';
import { authorization, guardDoor } from '../../plugins/door-guard.ts';
import { dataosError } from './answers.ts';
import { dataosDescription } from './description.ts';
import { addLogs } from './logs.ts';
import type { DataosDoorPorts } from './ports.ts';
import { addResources } from './resources.ts';
import { addTokens } from './tokens.ts';
import { addWebhooks } from './webhooks.ts';
import { addWorkspaces } from './workspaces.ts';
import { acceptYaml } from './yaml-bodies.ts';

export type { DataosDoorPorts } from './ports.ts';

/** Door 4: the core's things as named resources. */
export async function dataosDoor(door: FastifyInstance, ports: DataosDoorPorts): Promise<void> {
  guardDoor(door, ports.front, {
    door: 'dataos',
    paths: ['/v1', '/v1/resources', '/v1/workspaces', '/v1/webhooks', '/v1/tokens'],
    pathsAreRoutes: true,
    credential: (request) => authorization(request, 'Bearer'),
    answer: dataosError,
  });
  describeDoor(door, dataosDescription);
  acceptYaml(door);
  addResources(door, ports);
  addLogs(door, ports);
  addWorkspaces(door, ports);
  addWebhooks(door, ports);
  addTokens(door, ports);
}
