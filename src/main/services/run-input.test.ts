import { expect, test } from 'vitest';
import { sampleDocument, submission, tempServices } from './testing/temp-services.ts';

/** The sample pipeline with other rows. */
const other = (rows: unknown[]) => {
  const document = sampleDocument();
  const [source, ...rest] = document.nodes;
  if (!source) throw new Error('no source');
  return { ...document, nodes: [{ ...source, config: { rows } }, ...rest] };
};

test('a run with a document of its own executes that; the pipeline and its revisions stay', () => {
  const { services } = tempServices();
  const pipeline = services.pipelines.create(sampleDocument(), 'window');
  const run = services.runs.submit(submission(pipeline.id, { document: other([{ a: 7 }]) }));
  expect(services.runs.get(run.id).document.nodes[0]?.config).toEqual({ rows: [{ a: 7 }] });
  expect(services.runs.claimNext()?.document.nodes[0]?.config).toEqual({ rows: [{ a: 7 }] });
  expect(services.pipelines.get(pipeline.id).revision).toBe(1);
  expect(services.pipelines.get(pipeline.id).document.nodes[0]?.config).toEqual({ rows: [{ a: 1 }] });
  expect(run).not.toHaveProperty('derived');
});

test('equal documents of runs are the same object, so that they are read and checked once', () => {
  const { services } = tempServices();
  const { id } = services.pipelines.create(sampleDocument(), 'window');
  for (let count = 0; count < 2; count += 1)
    services.runs.submit(submission(id, { document: other([{ a: 7 }]) }));
  expect(services.runs.claimNext()?.document).toBe(services.runs.claimNext()?.document);
});

test('such a run is repeated as it was, and not with another revision', () => {
  const { services } = tempServices();
  const { id } = services.pipelines.create(sampleDocument(), 'window');
  const run = services.runs.submit(submission(id, { document: other([{ a: 7 }]) }));
  const again = services.runs.again(run.id, 'window');
  expect(services.runs.get(again.id).document.nodes[0]?.config).toEqual({ rows: [{ a: 7 }] });
  expect(() => services.runs.again(run.id, 'window', 'newest')).toThrow(/input of its own/);
});

test('what keeps the document from running is found in it, not in the revision', () => {
  const { services } = tempServices(undefined, undefined, {
    checkPipeline: ({ nodes }) =>
      nodes.length > 2 ? [{ code: 'cycle', severity: 'error', message: 'Too many steps.' }] : [],
  });
  const { id } = services.pipelines.create(sampleDocument(), 'window');
  const document = sampleDocument();
  const extra = { id: 'more', kind: 'rows', config: { rows: [] } };
  expect(() =>
    services.runs.submit(submission(id, { document: { ...document, nodes: [...document.nodes, extra] } })),
  ).toThrow(/Too many steps/);
  expect(services.runs.submit(submission(id)).status).toBe('queued');
});
