import { expect, test } from 'vitest';
import type { BulkProgress } from '../../shared/contract/history.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { BulkActs, BulkRequest } from './run-bulk.ts';
import { sampleDocument, submission, tempServices } from './testing/temp-services.ts';

function withRuns() {
  const bench = tempServices();
  const { services } = bench;
  const pipelineId = services.pipelines.create(sampleDocument(), 'window').id;
  const submit = (labels: string[] = []) => services.runs.submit(submission(pipelineId, { labels })).id;
  const finish = (status: 'succeeded' | 'failed' | 'cancelled') => {
    const claimed = services.runs.claimNext();
    if (!claimed) throw new Error('nothing to claim');
    const error = status === 'succeeded' ? undefined : { code: 'run_failed', message: 'no', details: {} };
    services.runs.finish(claimed.id, claimed.attempt, { status, error } as never, []);
    return claimed.id;
  };
  const done: string[] = [];
  const acts: BulkActs = {
    cancel: (id) => void services.runs.requestCancel(id),
    retry: (id) => void done.push(id),
    again: (id) => void done.push(id),
    remove: (ids) => void services.runs.remove(ids),
    afterSome: () => undefined,
  };
  const bulk = async (request: BulkRequest, with_: Partial<BulkActs> = {}) => {
    let last: BulkProgress | undefined;
    for await (const progress of services.history.bulk(request, { ...acts, ...with_ })) last = progress;
    if (!last?.finished) throw new Error('it did not finish');
    return last;
  };
  return { ...bench, pipelineId, submit, finish, bulk, done };
}

test('the count says to how many of the runs each action would do something', async () => {
  const { services, submit, finish } = withRuns();
  for (const status of ['succeeded', 'failed', 'cancelled'] as const) {
    submit();
    const id = finish(status);
    if (status === 'failed') services.runs.annotate(id, { pinned: true });
  }
  submit();
  expect(await services.history.count({ filter: {} })).toEqual({
    total: 4,
    cancel: 1,
    retry: 2,
    again: 4,
    remove: 2,
    pinned: 1,
  });
  expect(await services.history.count({ filter: { statuses: ['failed'] } })).toMatchObject({
    total: 1,
    retry: 1,
  });
});

test('cancelling all that fit a filter takes the queued ones and says why it left others', async () => {
  const { services, submit, finish, bulk } = withRuns();
  submit();
  finish('succeeded');
  const queued = Array.from({ length: 120 }, () => submit());
  const result = await bulk({ selection: { filter: {} }, action: 'cancel' });
  expect(result).toMatchObject({ total: 121, done: 121, changed: 120 });
  expect(result.skipped).toEqual([{ code: 'ended', message: 'It has ended already.', count: 1 }]);
  expect(queued.map((id) => services.runs.summary(id)?.status)).toEqual(queued.map(() => 'cancelled'));
});

test('deleting by filter leaves pinned and open runs alone', async () => {
  const { services, submit, finish, bulk } = withRuns();
  const ended = Array.from({ length: 5 }, () => {
    submit();
    return finish('succeeded');
  });
  services.runs.annotate(ended[0] ?? '', { pinned: true });
  const open = submit();
  const result = await bulk({ selection: { filter: {} }, action: 'remove' });
  expect(result.changed).toBe(4);
  expect(result.skipped.map(({ code, count }) => [code, count])).toEqual(
    expect.arrayContaining([
      ['pinned', 1],
      ['active', 1],
    ]),
  );
  expect(services.runs.list({ limit: 10 }).runs.map(({ id }) => id)).toEqual([open, ended[0]]);
});

test('runs that are started by the action itself are not part of it', async () => {
  const { services, pipelineId, submit, bulk } = withRuns();
  for (let n = 0; n < 25; n += 1) submit();
  const result = await bulk(
    { selection: { filter: {} }, action: 'again' },
    { again: () => void services.runs.submit(submission(pipelineId)) },
  );
  expect(result).toMatchObject({ total: 25, changed: 25 });
  expect((await services.history.list({ limit: 1 })).total).toBe(50);
});

test('a refusal is counted by its reason; a full queue ends the rest', async () => {
  const { submit, bulk } = withRuns();
  for (let n = 0; n < 30; n += 1) submit();
  let started = 0;
  const result = await bulk(
    { selection: { filter: {} }, action: 'again' },
    {
      again: () => {
        if (started === 4) throw new SluiceError('queue_full', { limit: 4 });
        started += 1;
      },
    },
  );
  expect(result).toMatchObject({ total: 30, done: 30, changed: 4 });
  expect(result.skipped).toMatchObject([{ code: 'queue_full', count: 26 }]);
});

test('a label is put on all that fit, found by the filter, and taken back', async () => {
  const { services, submit, bulk } = withRuns();
  const labelled = submit(['month end', ',']);
  for (let n = 0; n < 210; n += 1) submit();
  const result = await bulk({ selection: { filter: {} }, action: 'label', label: 'month end' });
  expect(result).toMatchObject({ changed: 210, skipped: [{ code: 'labelled', count: 1 }] });
  expect(services.history.labels()).toEqual([
    { label: 'month end', runs: 211 },
    { label: ',', runs: 1 },
  ]);
  expect(services.runs.list({ limit: 1, label: ',' }).runs.map(({ id }) => id)).toEqual([labelled]);
  expect(await services.history.undo(result.undoId ?? '')).toEqual({ changed: 210 });
  expect(services.runs.list({ limit: 5, label: 'month end' }).runs.map(({ id }) => id)).toEqual([labelled]);
  await expect(services.history.undo(result.undoId ?? '')).rejects.toMatchObject({ code: 'not_found' });
});

test('between two commits of a bulk action other work is done', async () => {
  const { submit, bulk } = withRuns();
  for (let n = 0; n < 200; n += 1) submit();
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  await bulk({ selection: { filter: {} }, action: 'cancel' });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});

test('saved searches keep their names apart and their order', () => {
  const { searches } = tempServices().services.history;
  const failed = searches.save({ name: 'Failed today', query: { states: ['failed'], last: 'day' } });
  const nightly = searches.save({ name: 'Nightly', query: { trigger: 'schedule' } });
  expect(() => searches.save({ name: 'NIGHTLY', query: {} })).toThrow(
    expect.objectContaining({ code: 'name_taken' }),
  );
  searches.save({ ...failed, name: 'Failed' });
  expect(searches.order([nightly.id]).map(({ name }) => name)).toEqual(['Nightly', 'Failed']);
  expect(searches.remove(nightly.id)).toEqual({ removed: true });
  expect(searches.list()).toEqual([{ ...failed, name: 'Failed' }]);
});

test('the grid has the steps of the last runs, newest first, with those that only older revisions had', () => {
  const { services, pipelineId, submit, finish } = withRuns();
  submit();
  const id = services.runs.claimNext()?.id ?? '';
  services.runs.recordSteps(id, 1, [{ nodeId: 'src', status: 'succeeded', rows: 3, milliseconds: 12 }]);
  services.runs.finish(id, 1, { status: 'failed' }, []);
  const { document, revision } = services.pipelines.get(pipelineId);
  const nodes = document.nodes.map((node) => (node.id === 'src' ? { ...node, id: 'start' } : node));
  const edges = document.edges.map((edge) => ({ ...edge, from: 'start' }));
  services.pipelines.save(pipelineId, revision, { ...document, nodes, edges }, 'window');
  submit();
  const second = finish('succeeded');
  const grid = services.history.grid(pipelineId, 10);
  expect(grid.nodes.map(({ nodeId, current }) => [nodeId, current])).toEqual([
    ['start', true],
    ['out', true],
    ['src', false],
  ]);
  expect(grid.runs.map((run) => run.id)).toEqual([second, id]);
  expect(grid.runs[1]?.cells).toContainEqual({
    nodeId: 'src',
    status: 'succeeded',
    rows: 3,
    milliseconds: 12,
  });
});

test('the calendar counts by the days it is given', async () => {
  const { services, pipelineId, submit, finish, clock } = withRuns();
  const start = clock.now();
  const day = 86_400_000;
  submit();
  finish('failed');
  clock.advance(day);
  submit();
  const days = [0, 1, 2].map((n) => new Date(start - 1000 + n * day).toISOString());
  for (const pipeline of [pipelineId, undefined]) {
    const [first, second] = await services.history.calendar(pipeline, days);
    expect(first).toMatchObject({ failed: 1, queued: 0 });
    expect(second).toMatchObject({ failed: 0, queued: 1 });
  }
});

test('states tell more than statuses: interrupted, skipped and retrying are found apart', async () => {
  const { services, store, submit } = withRuns();
  const ids = ['interrupted', 'skipped', 'other'].map((code) => {
    const id = submit();
    const seq = store.runs.find(id)?.seq ?? 0;
    const status = code === 'skipped' ? 'cancelled' : 'failed';
    const error = { code, message: code, details: {} } as never;
    store.write(() =>
      store.runs.end(seq, { status, at: new Date().toISOString(), error, rowsRead: null, rowsWritten: null }),
    );
    return id;
  });
  const find = async (states: ('interrupted' | 'skipped' | 'failed' | 'retrying')[]) =>
    (await services.history.list({ limit: 10, states })).runs.map(({ id }) => id);
  expect(await find(['interrupted'])).toEqual([ids[0]]);
  expect(await find(['skipped'])).toEqual([ids[1]]);
  expect(await find(['failed'])).toEqual([ids[2], ids[0]]);
  expect(await find(['retrying'])).toEqual([]);
  expect((await services.history.list({ limit: 1, states: ['failed', 'skipped'] })).total).toBe(3);
});
