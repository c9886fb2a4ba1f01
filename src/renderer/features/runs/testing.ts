import type { RunDetail, RunStep } from '../../../shared/contract/domain.ts';

/** Milliseconds after the tests' beginning of time, as stored. */
export const at = (milliseconds: number) => new Date(Date.UTC(2026, 0, 1) + milliseconds).toISOString();

export const stepOf = (nodeId: string, change: Partial<RunStep> = {}): RunStep => ({
  nodeId,
  kind: 'filter',
  title: nodeId,
  status: 'succeeded',
  rows: null,
  rejectedRows: null,
  bytes: null,
  milliseconds: null,
  percent: null,
  startedAt: null,
  finishedAt: null,
  reusedFromRun: null,
  hasRows: false,
  error: null,
  ...change,
});

export const runOf = (change: Partial<RunDetail>): RunDetail => ({
  id: '019a0000-0000-7000-8000-000000000000',
  pipelineId: '019a0000-0000-7000-8000-000000000001',
  pipelineName: 'p',
  revision: 1,
  status: 'succeeded',
  mode: 'inspect',
  environment: 'live',
  trigger: 'window',
  cause: 'Run button',
  attempt: 1,
  percent: 100,
  queuedAt: at(0),
  startedAt: at(100),
  finishedAt: at(1000),
  rowsRead: 0,
  rowsWritten: 0,
  error: null,
  parameters: {},
  document: { schema: 1, name: 'p', parameters: {}, nodes: [], edges: [] },
  steps: [],
  outputs: [],
  ...change,
});
