import type { DoorDescription } from '../../openapi.ts';
import type { Operation } from '../../route-kit.ts';
import { plainAnswer } from './answers.ts';

export const executionDescription: DoorDescription = {
  door: 'execution',
  title: 'Data Flow Execution API',
  version: '1.0',
  description:
    'Starts data flows (pipelines) and tells how their runs stand. Errors are one sentence of plain text.',
  security: {
    header: { type: 'apiKey', in: 'header', name: 'x-api-key' },
    query: {
      type: 'apiKey',
      in: 'query',
      name: 'api_key',
      description: 'As the document has it; the header is safer, because addresses are kept in many places.',
    },
  },
  answer: plainAnswer,
};

/** Why a data flow that exists is not started. */
export const startRefusals: NonNullable<Operation<unknown, unknown, unknown>['refuses']> = {
  invalid_parameters: { reason: 'least: must be a whole number.' },
  queue_full: { limit: 10_000 },
  invalid_pipeline: { reason: 'step "recent": wire its input.' },
  newer_document: { what: 'schema 2' },
  dataset_missing: { name: 'Orders' },
  file_missing: { path: 'orders.csv' },
  file_not_allowed: { path: '/srv/orders.csv' },
  path_not_allowed: { path: '../orders.csv', fault: 'leads out of the files folder' },
};
