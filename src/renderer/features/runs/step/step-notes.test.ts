import { expect, test } from 'vitest';
import type { RunStep } from '../../../../shared/contract/domain.ts';
import { runOf, stepOf } from '../testing.ts';
import { stepNotes } from './step-notes.ts';

const started = '2026-01-01T00:00:00.000Z';
const chain = (steps: RunStep[], status: 'succeeded' | 'failed' = 'succeeded') =>
  runOf({
    status,
    steps,
    document: {
      schema: 1,
      name: 'p',
      parameters: {},
      nodes: [],
      edges: steps.slice(1).map(({ nodeId }, index) => ({ from: `${steps[index]?.nodeId}.out`, to: nodeId })),
    },
  });

test('a step without a time names the nearest later step that was timed', () => {
  const notes = stepNotes(
    chain([stepOf('a'), stepOf('b'), stepOf('c', { startedAt: started, title: 'Top' })]),
  );
  expect([...notes]).toEqual([
    ['a', 'Computed together with “Top”'],
    ['b', 'Computed together with “Top”'],
  ]);
});

test('a step that was not reached names the failure it waited for, however far up', () => {
  const error = { code: 'x', message: 'No such file.', details: {} };
  const steps = [
    stepOf('a', { status: 'failed', error, title: 'Read' }),
    stepOf('b', { status: 'skipped' }),
    stepOf('c', { status: 'skipped' }),
  ];
  expect([...stepNotes(chain(steps, 'failed')).values()]).toEqual([
    'No such file.',
    'Not reached: “Read” failed',
    'Not reached: “Read” failed',
  ]);
});

test('wires that form a ring do not hold the search', () => {
  const run = chain([stepOf('a'), stepOf('b'), stepOf('a')]);
  expect(stepNotes(run).get('a')).toBe('Computed together with a later step');
});
