import type { DoorDescription } from '../../openapi.ts';
import { cloudflowAnswer } from './answers.ts';
import { errorBody } from './error-body.ts';

const scopes = {
  'cloudflow:read': 'See pipelines, jobs, results and data sources.',
  'cloudflow:write': 'Make, change and delete pipelines.',
  'cloudflow:run': 'Submit and cancel jobs.',
  'cloudflow:sources': 'Make, change, test and look into data sources.',
};

export const cloudflowDescription: DoorDescription = {
  door: 'cloudflow',
  title: 'CloudFlow API',
  version: '1.0',
  description:
    'Pipelines as lists of steps, jobs over them, and data sources. Every refusal is `{error, code, details}`.',
  security: {
    apiKey: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: '`Authorization: ApiKey <key>`',
    },
    bearer: { type: 'http', scheme: 'bearer', description: 'A key, or an access token of OAuth 2.0.' },
    oauth: {
      type: 'oauth2',
      flows: {
        authorizationCode: {
          authorizationUrl: '/api/v1/oauth/authorize',
          tokenUrl: '/api/v1/oauth/token',
          refreshUrl: '/api/v1/oauth/token',
          scopes,
        },
      },
    },
  },
  error: errorBody,
  answer: cloudflowAnswer,
};
