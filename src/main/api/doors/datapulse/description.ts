import type { DoorDescription } from '../../openapi.ts';
import { datapulseError } from './answers.ts';
import { errorAnswer } from './schemas.ts';

export const datapulseDescription: DoorDescription = {
  door: 'datapulse',
  title: 'DataPulse Analytics API',
  version: '1.0',
  description:
    'Metadata of datasets and the settings of the workspace. Live keys reach live data; test keys reach the sandbox, and change nothing of what is live.',
  security: { bearer: { type: 'http', scheme: 'bearer', description: 'An API key.' } },
  error: errorAnswer,
  answer: datapulseError,
};
