import { expect, it } from 'vitest';
import type { RunStep } from '../../../../shared/contract/domain.ts';
import { emptyDocument } from '../../../../shared/pipeline/document.ts';
import { nodeState } from '../canvas/node-state.ts';
import { missingParameters, readParameter } from './parameter-values.ts';

it('asks for parameters that have neither default nor value', () => {
  const document = {
    ...emptyDocument('x'),
    parameters: {
      a: { type: 'text' as const },
      b: { type: 'integer' as const, default: 1 },
      c: { type: 'date' as const },
    },
  };
  expect(missingParameters(document, {})).toEqual(['a', 'c']);
  expect(missingParameters(document, { a: '' })).toEqual(['c']);
});

it('reads values of each type and refuses what is none', () => {
  expect(readParameter('12', 'integer')).toBe(12);
  expect(readParameter('9007199254740993', 'integer')).toBe('9007199254740993');
  expect(readParameter('1.5', 'integer')).toBeUndefined();
  expect(readParameter('', 'number')).toBeUndefined();
  expect(readParameter('true', 'boolean')).toBe(true);
  expect(readParameter('2024-02-30', 'date')).toBeUndefined();
  expect(readParameter('2024-02-29', 'date')).toBe('2024-02-29');
  expect(readParameter('2024-02-29 10:30', 'timestamp')).toBe('2024-02-29 10:30');
});

const step = (patch: Partial<RunStep>): RunStep => ({
  nodeId: 'a',
  attempt: 1,
  tries: 1,
  kind: 'filter',
  title: 'A',
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
  ...patch,
});
const problem = { code: 'x', severity: 'error' as const, message: 'Choose a column.' };

it('shows the most urgent state of a step', () => {
  const facts = { disabled: false, stale: false, problems: [], live: false };
  expect(nodeState({ ...facts, step: undefined, problems: [problem] })).toMatchObject({
    status: 'unconfigured',
    message: 'Choose a column.',
  });
  expect(nodeState({ ...facts, step: step({}), stale: true }).status).toBe('stale');
  expect(nodeState({ ...facts, step: step({}), disabled: true }).status).toBe('disabled');
  expect(
    nodeState({ ...facts, step: step({ status: 'running' }), problems: [problem], live: true }).status,
  ).toBe('running');
  expect(nodeState({ ...facts, step: undefined }).status).toBeUndefined();
});

it('says 100 % only when it is done', () => {
  const facts = { disabled: false, stale: false, problems: [], live: true };
  expect(nodeState({ ...facts, step: step({ status: 'running', percent: 99.9 }) }).percent).toBe(99);
  expect(nodeState({ ...facts, step: step({ status: 'running', percent: 100 }) }).word).toBe('Running 99 %');
});
