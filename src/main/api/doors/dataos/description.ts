import type { DoorDescription } from '../../openapi.ts';
import { dataosError } from './answers.ts';
import { errorAnswer } from './schemas.ts';

export const dataosDescription: DoorDescription = {
  door: 'dataos',
  title: 'DataOS API',
  version: '1.0',
  description:
    'Workflows, services, depots, datasets and secrets as named resources in workspaces; their logs; webhooks and tokens.',
  security: {
    bearer: { type: 'http', scheme: 'bearer', description: 'An API key, or a token made with one.' },
  },
  error: errorAnswer,
  answer: dataosError,
};
