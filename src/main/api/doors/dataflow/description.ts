import type { DoorDescription } from '../../openapi.ts';
import { dataflowError } from './answers.ts';
import { errorAnswer } from './schemas.ts';

export const dataflowDescription: DoorDescription = {
  door: 'dataflow',
  title: 'DataFlow API',
  version: '2.0',
  description:
    'Takes records in, transforms them, and gives the results out as JSON, XML or CSV. Every path also answers without the leading /api.',
  security: { bearer: { type: 'http', scheme: 'bearer', description: 'Authorization: Bearer YOUR_API_KEY' } },
  error: errorAnswer,
  answer: dataflowError,
};
