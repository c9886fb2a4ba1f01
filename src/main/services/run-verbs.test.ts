import { expect, test } from 'vitest';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import { sampleDocument, submission, tempServices } from './testing/temp-services.ts';

const succeeded = { status: 'succeeded' } as const;
const failed = { status: 'failed' } as const;

function withPipeline(extra: object = {}) {
  const bench = tempServices();
  const document = sampleDocument('Orders', extra as Partial<PipelineDocument>);
  const { id: pipelineId } = bench.services.pipelines.create(document, 'window');
  const { runs, pipelines } = bench.services;
  const ended = (status: typeof succeeded | typeof failed, request = {}) => {
    const { id } = runs.submit(submission(pipelineId, request));
    runs.claimNext();
    runs.finish(id, 1, status, []);
    return id;
  };
  return { ...bench, pipelineId, runs, pipelines, ended };
}

test('running again takes the revision that ran, or the newest with the parameters that it still knows', () => {
  const n = { type: 'integer', default: 1 } as const;
  const { runs, pipelines, pipelineId, ended } = withPipeline({ parameters: { n, m: n } });
  const first = ended(succeeded, { parameters: { n: 7, m: 8 }, upTo: 'src' });
  pipelines.save(pipelineId, 1, sampleDocument('Orders', { parameters: { n } }), 'window');
  const same = runs.again(first, 'window');
  expect(same).toMatchObject({ revision: 1, originRun: first, originVerb: 'again' });
  expect(runs.get(same.id).parameters).toEqual({ n: 7, m: 8 });
  const newest = runs.again(first, 'cli', 'newest');
  expect(newest).toMatchObject({ revision: 2, trigger: 'cli', priority: 0 });
  expect(runs.get(newest.id).parameters).toEqual({ n: 7 });
});

test('only a run that has ended and did not succeed can be retried', () => {
  const { runs, pipelineId, ended } = withPipeline();
  const good = ended(succeeded);
  expect(() => runs.retryFailed(good, 'window')).toThrow(expect.objectContaining({ code: 'run_finished' }));
  const bad = ended(failed, { mode: 'inspect' });
  expect(runs.retryFailed(bad, 'window')).toMatchObject({
    status: 'queued',
    mode: 'inspect',
    originRun: bad,
    originVerb: 'retry',
  });
  const open = runs.submit(submission(pipelineId)).id;
  expect(() => runs.retryFailed(open, 'window')).toThrow(
    'The run has not ended yet: it is queued. Wait for its end, or cancel it first.',
  );
});

test('a run from a step on is an inspect run that executes the step and what lies below', () => {
  const { runs, ended } = withPipeline();
  const origin = ended(succeeded, { upTo: 'out' });
  const run = runs.runFrom(origin, 'out', 'window');
  expect(run).toMatchObject({ mode: 'inspect', originRun: origin, originVerb: 'from' });
  expect(runs.get(run.id).fromNode).toBe('out');
  expect(runs.claimNext()).toMatchObject({ id: run.id, from: 'out', upTo: 'out' });
  const partial = ended(succeeded, { upTo: 'src' });
  runs.runFrom(partial, 'out', 'window');
  expect(runs.claimNext()).toMatchObject({ from: 'out', upTo: undefined });
  expect(() => runs.runFrom(origin, 'nowhere', 'window')).toThrow('The pipeline has no step "nowhere".');
});

test('runs that are repeated by the hundred do not go before the next press of the Run button', () => {
  const { runs, pipelineId, store, ended } = withPipeline();
  const bad = ended(failed);
  const many = { priority: 0, lane: 'bulk' };
  const again = runs.again(bad, 'window', 'same', many);
  const retried = runs.retryFailed(bad, 'window', many);
  const pressed = runs.submit(submission(pipelineId));
  expect(runs.claimNext()?.id).toBe(pressed.id);
  expect([again, retried].map(({ id }) => store.runs.find(id)?.lane)).toEqual(['bulk', 'bulk']);
});

test('labels, note and pin may be set after the end, one without the others, and are announced', () => {
  const { runs, events, ended } = withPipeline();
  const id = ended(succeeded, { labels: ['nightly', 'nightly'] });
  expect(runs.summary(id)?.labels).toEqual(['nightly']);
  expect(runs.annotate(id, { note: 'looked at', pinned: true })).toMatchObject({
    labels: ['nightly'],
    note: 'looked at',
    pinned: true,
  });
  expect(events.at(-1)).toMatchObject({ type: 'run.changed', run: { id, pinned: true } });
  expect(runs.annotate(id, { labels: ['a', 'b', 'a'] })).toMatchObject({ labels: ['a', 'b'], pinned: true });
  expect(runs.annotate(id, { note: '  ', labels: [], pinned: false })).toMatchObject({
    labels: [],
    note: null,
    pinned: false,
  });
  expect(() => runs.annotate('01890000-0000-7000-8000-000000000000', {})).toThrow(
    expect.objectContaining({ code: 'not_found' }),
  );
});
