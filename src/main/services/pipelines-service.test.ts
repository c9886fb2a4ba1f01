import { expect, test } from 'vitest';
import { sampleDocument, submission, tempServices } from './testing/temp-services.ts';

test('a save from an old revision is refused and writes nothing', () => {
  const { services } = tempServices();
  const { id } = services.pipelines.create(sampleDocument(), 'window');
  expect(services.pipelines.save(id, 1, sampleDocument('Two'), 'window')).toEqual({ revision: 2 });
  expect(() => services.pipelines.save(id, 1, sampleDocument('Three'), 'cli')).toThrow(
    expect.objectContaining({ code: 'revision_conflict', details: { current: 2, base: 1 } }),
  );
  expect(services.pipelines.get(id)).toMatchObject({ name: 'Two', revision: 2 });
});

test('saving what is there already makes no revision and no event', () => {
  const { services, events } = tempServices();
  const { id } = services.pipelines.create(sampleDocument(), 'window');
  const before = events.length;
  const { nodes, ...rest } = sampleDocument();
  expect(services.pipelines.save(id, 1, { nodes, ...rest }, 'window')).toEqual({ revision: 1 });
  expect(services.pipelines.revisions(id)).toHaveLength(1);
  expect(events).toHaveLength(before);
});

test('every revision stays readable exactly as it was, and the store refuses to change one', () => {
  const { services, store } = tempServices();
  const { id } = services.pipelines.create(sampleDocument(), 'window');
  services.pipelines.save(id, 1, sampleDocument('Two', { nodes: [] }), 'key:slc_live_x');
  services.pipelines.rename(id, 'Three', 'cli');
  expect(services.pipelines.revisions(id)).toMatchObject([
    { revision: 3, author: 'cli', nodeCount: 0 },
    { revision: 2, author: 'key:slc_live_x', nodeCount: 0 },
    { revision: 1, author: 'window', nodeCount: 2 },
  ]);
  expect(services.pipelines.get(id, 1).document).toEqual(sampleDocument());
  const again = { revision: 1, createdAt: '', author: '', nodeCount: 0 };
  expect(() => store.write(() => store.revisions.insert(id, again, sampleDocument()))).toThrow(/UNIQUE/);
});

test('a removed pipeline is not found, keeps its runs, and comes back whole', () => {
  const { services, events } = tempServices();
  const { id } = services.pipelines.create(sampleDocument(), 'window');
  const run = services.runs.submit(submission(id));
  expect(services.pipelines.remove([id, id], 'window')).toEqual({ removed: 1 });
  expect(services.pipelines.list()).toEqual([]);
  expect(() => services.pipelines.get(id)).toThrow(expect.objectContaining({ code: 'not_found' }));
  expect(() => services.runs.submit(submission(id))).toThrow(expect.objectContaining({ code: 'not_found' }));
  expect(services.runs.get(run.id).pipelineName).toBe('Orders');
  expect(services.pipelines.restore([id], 'window')).toEqual({ restored: 1 });
  expect(services.pipelines.get(id).document).toEqual(sampleDocument());
  const changes = events.flatMap((event) => (event.type === 'pipeline.changed' ? event.change : []));
  expect(changes).toEqual(['created', 'removed', 'restored']);
});

test('copies get free names and may read the files their original may', () => {
  const { services, home, store } = tempServices();
  const { id } = services.pipelines.create(sampleDocument('A'), 'window');
  store.write(() => store.grants.add({ id: 'g', pipelineId: id, path: home.root, at: '' }));
  const names = [1, 2, 3].map(() => services.pipelines.duplicate(id, 'window').name);
  expect(names).toEqual(['A copy', 'A copy 2', 'A copy 3']);
  const copy = services.pipelines.findByName('A copy')?.id ?? '';
  expect(services.pipelines.duplicate(copy, 'window').name).toBe('A copy 4');
  expect(store.grants.paths(copy)).toEqual([home.root]);
});

test('lists are searched in any letter case and show the newest run', () => {
  const { services } = tempServices();
  const { id } = services.pipelines.create(sampleDocument('ÄPFEL & Birnen'), 'window');
  services.pipelines.create(sampleDocument('Other'), 'window');
  services.runs.submit(submission(id));
  const second = services.runs.submit(submission(id));
  services.runs.requestCancel(second.id);
  expect(services.pipelines.list({ search: 'äpfel' })).toMatchObject([
    { id, nodeCount: 2, sample: false, lastRun: { id: second.id, status: 'cancelled' } },
  ]);
  expect(services.pipelines.list({ search: '%' })).toEqual([]);
});

test('a text is imported as a new pipeline, or by name as a revision of the one that has it', () => {
  const { services } = tempServices();
  const text = JSON.stringify(sampleDocument('A', { description: 'new' }));
  const { id } = services.pipelines.create(sampleDocument('A'), 'window');
  const first = services.pipelines.importText({ text, byName: true }, 'cli');
  expect(first).toMatchObject({ created: false, pipeline: { id, revision: 2, description: 'new' } });
  expect(services.pipelines.importText({ text }, 'cli')).toMatchObject({
    created: true,
    pipeline: { revision: 1 },
  });
  expect(services.pipelines.exportText(id, 'json')).toEqual({
    fileName: 'a.json',
    text: expect.stringContaining('new'),
  });
  expect(() => services.pipelines.importText({ text: '{"name":""}' }, 'cli')).toThrow(
    expect.objectContaining({ code: 'invalid_input' }),
  );
});
