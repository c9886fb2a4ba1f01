import { expect, test } from 'vitest';
import { doorNames, keyScopes } from '../../shared/contract/domain.ts';
import { snippetLanguages, snippets } from './snippets.ts';

const places = {
  url: 'http://127.0.0.1:7430',
  key: 'slc_live_x',
  pipelineId: 'a-pipeline',
  datasetId: 'a-dataset',
};

test('a key that may do everything gets an example of every API, in the order of the APIs', () => {
  expect(snippets(places, ['all']).map(({ door }) => door)).toEqual([...doorNames]);
});

test('an example is of an API that the right opens, and of no other', () => {
  for (const scope of keyScopes) {
    if (scope === 'all') continue;
    for (const { door } of snippets(places, [scope])) expect(scope.startsWith(`${door}:`)).toBe(true);
  }
  expect(snippets(places, [])).toEqual([]);
});

test('reading rights get an example that only reads', () => {
  const reading = keyScopes.filter((scope) => scope.endsWith(':read'));
  const all = snippets(places, reading);
  expect(all.map(({ door }) => door)).toEqual([...doorNames]);
  for (const { text } of all) expect(text('curl')).toMatch(/^curl -X GET /);
});

test.each(snippetLanguages)('every example in $label holds the address and the key', ({ value }) => {
  for (const { text } of snippets(places, ['all'])) {
    expect(text(value)).toContain(`${places.url}/`);
    expect(text(value)).toContain(places.key);
  }
});

test('what an example is filled with is told', () => {
  for (const { needs, text } of snippets(places, ['all'])) {
    expect(text('curl').includes(places.pipelineId)).toBe(needs === 'pipeline');
    expect(text('curl').includes(places.datasetId)).toBe(needs === 'dataset');
  }
});

test('the body is the same JSON in a shell, in Python and in JavaScript', () => {
  const [ingest] = snippets(places, ['dataflow:write']);
  const shell = /-d '([^']*)'$/.exec(ingest?.text('curl') ?? '')?.[1] ?? '';
  const python = /json=(\{[\s\S]*\}),\n\)/.exec(ingest?.text('python') ?? '')?.[1] ?? '';
  const script = /JSON\.stringify\((\{[\s\S]*\})\),\n/.exec(ingest?.text('javascript') ?? '')?.[1] ?? '';
  const body = JSON.parse(shell) as unknown;
  expect(body).toMatchObject({ source: 'orders', data: expect.any(Array) });
  expect(JSON.parse(python)).toEqual(body);
  expect(JSON.parse(script)).toEqual(body);
  // These words mean nothing to Python.
  expect(python).not.toMatch(/\b(true|false|null)\b/);
});
