import { expect, test } from 'vitest';
import { type DomainEventType, domainEvents } from '../../shared/contract/domain-events.ts';
import { reportError, SluiceError } from '../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import { placeDataset, sampleDocument, submission, tempServices } from './testing/temp-services.ts';

function withPipeline(extra: object = {}) {
  const bench = tempServices();
  const document = sampleDocument('Orders', extra as Partial<PipelineDocument>);
  const { id: pipelineId } = bench.services.pipelines.create(document, 'window');
  const from = bench.store.events.newest();
  const told = () =>
    bench.store.events
      .after(from, 1000)
      .filter(({ type }) => type.startsWith('run.') || type.startsWith('dataset.'));
  return { ...bench, bench, pipelineId, runs: bench.services.runs, told };
}

const failure = { status: 'failed', error: reportError(new SluiceError('disk_full')) } as const;

test('every move of a run is told once, in the order of the commits, in the shape that is published', () => {
  const retry = { attempts: 2, backoff: 'fixed', delay: '1s', jitter: false };
  const { runs, pipelineId, told, clock, bench } = withPipeline({ retry });
  const { id } = runs.submit(submission(pipelineId, { environment: 'sandbox' }));
  runs.claimNext();
  runs.finish(id, 1, failure, []);
  clock.advance(1000);
  runs.claimNext();
  runs.finish(id, 2, { status: 'succeeded', rowsRead: 3, rowsWritten: 1 }, [placeDataset(bench, 'Sales')]);
  runs.remove([id]);
  expect(told().map(({ type }) => type)).toEqual([
    'run.queued',
    'run.started',
    'run.retrying',
    'run.started',
    'dataset.published',
    'run.succeeded',
    'run.removed',
  ]);
  for (const { type, data, environment, pipelineId: of } of told()) {
    expect(domainEvents[type as DomainEventType].data.strict().parse(data)).toEqual(data);
    expect(environment).toBe('sandbox');
    if (type !== 'dataset.published') expect(of).toBe(pipelineId);
  }
  expect(told()[3]?.data).toMatchObject({ runId: id, attempt: 2 });
  expect(told()[5]?.data).toMatchObject({ rowsRead: 3, rowsWritten: 1 });
});

test.each([
  ['failed', failure, 'run.failed', 'disk_full'],
  ['cancelled', { status: 'cancelled' }, 'run.cancelled', 'cancelled'],
] as const)('a run that ends as %s says why', (_status, outcome, type, code) => {
  const { runs, pipelineId, told } = withPipeline();
  const { id } = runs.submit(submission(pipelineId));
  runs.claimNext();
  runs.finish(id, 1, outcome, []);
  expect(told().at(-1)).toMatchObject({ type, data: { runId: id, error: { code } } });
});

test('an event is undone with its change', () => {
  const { runs, pipelineId, told, store } = withPipeline();
  expect(() =>
    store.write(() => {
      runs.submit(submission(pipelineId));
      throw new Error('undo');
    }),
  ).toThrow('undo');
  expect(told()).toEqual([]);
  expect(runs.list({ limit: 1 }).runs).toEqual([]);
});

test('a submit, a claim and an end cost a few statements each', () => {
  const { runs, pipelineId, store } = withPipeline();
  const counted = (work: () => unknown): number => {
    const before = store.diagnostics().queries;
    work();
    return store.diagnostics().queries - before;
  };
  // The first of each kind reads the document, which then stays parsed.
  for (const _warm of [1, 2]) {
    const { id } = runs.submit(submission(pipelineId));
    runs.claimNext();
    runs.finish(id, 1, { status: 'succeeded' }, []);
  }
  let id = '';
  expect(counted(() => (id = runs.submit(submission(pipelineId)).id))).toBeLessThanOrEqual(4);
  expect(counted(() => runs.claimNext())).toBeLessThanOrEqual(7);
  runs.recordSteps(id, 1, [{ nodeId: 'src', status: 'succeeded' }]);
  expect(counted(() => runs.finish(id, 1, { status: 'succeeded' }, []))).toBeLessThanOrEqual(5);
});
