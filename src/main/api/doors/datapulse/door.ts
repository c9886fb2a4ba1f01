import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { authorOf } from '../../../services/author.ts';
import type { DatasetsService } from '../../../services/service-types.ts';
import type { WorkspaceSettings, WorkspaceSettingsService } from '../../../services/workspace-settings.ts';
import { visibleDataset } from '../../dataset-access.ts';
import { describeDoor } from '../../openapi.ts';
import { authorization, type DoorFront, guardDoor, keyOf } from '../../plugins/door-guard.ts';
import { addRoute, refuseOtherMethods } from '../../route-kit.ts';
import { datapulseError, toChange, toDatasetAnswer, toSettingsAnswer } from './answers.ts';
import { datapulseDescription } from './description.ts';
import { datasetAnswer, datasetPath, settingsAnswer, settingsBody } from './schemas.ts';

export interface DatapulseDoorPorts {
  readonly front: DoorFront;
  readonly datasets: Pick<DatasetsService, 'locate'>;
  readonly workspaceSettings: WorkspaceSettingsService;
}

const datasetUrl = '/v1/datasets/:id';
const settingsUrl = '/v1/workspace/settings';
const writeScope = 'datapulse:write';

/** The document's own example. */
const exampleSettings = {
  retention_days: 90,
  auto_archive: true,
  export_format: 'parquet',
  notifications: { email_on_failure: true, slack_webhook: 'https://hooks.slack.com/services/...' },
} as const;

/**
 * Door 5: what is known of a dataset, and the settings of the workspace. Reports and predictions of the document have no
 * routes: their paths answer 404 like any other that leads nowhere.
 */
export async function datapulseDoor(door: FastifyInstance, ports: DatapulseDoorPorts): Promise<void> {
  guardDoor(door, ports.front, {
    door: 'datapulse',
    paths: ['/v1/analytics', '/v1/datasets', '/v1/workspace'],
    credential: (request) => authorization(request, 'Bearer'),
    answer: datapulseError,
  });
  describeDoor(door, datapulseDescription);
  addDataset(door, ports);
  addSettings(door, ports);
  refuseOtherMethods(door, datasetUrl, ['GET']);
  refuseOtherMethods(door, settingsUrl, ['GET', 'PUT', 'PATCH']);
}

function addDataset(door: FastifyInstance, { datasets }: DatapulseDoorPorts): void {
  addRoute(door, {
    method: 'GET',
    url: datasetUrl,
    operation: {
      summary: 'Get dataset',
      description: 'Metadata and columns of a dataset.',
      tag: 'Datasets',
      scope: 'datapulse:read',
      params: datasetPath,
      refuses: { not_found: { what: 'dataset', id: 'ds_cust_2024' } },
      answers: {
        200: {
          description: 'What is known of it.',
          schema: datasetAnswer,
          examples: {
            customers: {
              value: {
                id: '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58',
                name: 'Customer Transactions 2024',
                row_count: 148_205,
                columns: ['user_id', 'amount', 'timestamp', 'region'],
                size_mb: 24.8,
                last_updated: '2024-11-02T09:15:00Z',
              },
            },
          },
        },
      },
    },
    handler: ({ params: { id }, request }) =>
      toDatasetAnswer(id, visibleDataset(datasets, keyOf(request), id)),
  });
}

function addSettings(door: FastifyInstance, ports: DatapulseDoorPorts): void {
  const { workspaceSettings } = ports;
  const answers = {
    200: {
      description: 'The settings as they are now.',
      schema: settingsAnswer,
      examples: { settings: { value: exampleSettings } },
    },
  };
  addRoute(door, {
    method: 'GET',
    url: settingsUrl,
    operation: { summary: 'Get workspace settings', tag: 'Workspace', scope: 'datapulse:read', answers },
    handler: ({ request }) => shown(ports, request),
  });
  const changes = [
    ['PUT', 'Replace workspace settings', 'What the body leaves out goes back to its default.'],
    ['PATCH', 'Change workspace settings', 'What the body leaves out stays as it is.'],
  ] as const;
  for (const [method, summary, description] of changes) {
    addRoute(door, {
      method,
      url: settingsUrl,
      operation: {
        summary,
        description,
        tag: 'Workspace',
        scope: writeScope,
        body: settingsBody,
        bodyExamples: { settings: { value: exampleSettings } },
        refuses: {
          address_refused: { host: '192.168.1.20:8080', reason: 'It lies on the local network.' },
          secrets_unreadable: { name: 'notices' },
        },
        answers,
      },
      handler: async ({ body, request }) => {
        refuseLimited(request);
        const start: Partial<WorkspaceSettings> = method === 'PUT' ? workspaceSettings.defaults : {};
        const key = keyOf(request);
        await workspaceSettings.save(key.environment, { ...start, ...toChange(body) }, authorOf(key));
        return shown(ports, request);
      },
    });
  }
}

function shown({ workspaceSettings, front }: DatapulseDoorPorts, request: FastifyRequest) {
  const key = keyOf(request);
  const mayWrite = key.pipelineIds === null && front.keys.allows(key, writeScope);
  return toSettingsAnswer(workspaceSettings.get(key.environment), mayWrite);
}

/** The settings hold for every pipeline: a key of some pipelines has no say in them. */
function refuseLimited(request: FastifyRequest): void {
  if (keyOf(request).pipelineIds !== null)
    throw new SluiceError('forbidden', { scope: `${writeScope} of all pipelines` });
}
