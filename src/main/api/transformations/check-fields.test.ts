import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentSchema } from '../../../shared/pipeline/document.ts';
import { compileGraph } from '../../compile/index.ts';
import { createOracle } from '../../runner/oracle.ts';
import { testLimits } from '../../runner/runner-test-kit.ts';
import { openSession, type Session } from '../../runner/session.ts';
import { checkFields, parseTransformations, placeOfProblem, transformationNodes } from './index.ts';

let folder = '';
let session: Session;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sluice-fields-')));
  session = await openSession({ scratch: folder, readable: [], limits: testLimits });
});
afterAll(async () => {
  session.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the compiler says of a list over records of these fields: the places of its problems. */
async function compiled(transformations: unknown, names: readonly string[]): Promise<string[]> {
  const list = parseTransformations(transformations);
  const columns = names.map((name) => ({ name, type: 'BIGINT' }));
  const part = transformationNodes(list, { after: 'received', rejected: 'rejected' });
  const document = documentSchema.parse({
    name: 'Test',
    nodes: [{ id: 'received', kind: 'rows', config: { rows: { columns, rows: [] } } }, ...part.nodes],
    edges: part.edges,
  });
  const inputs = { files: {}, refusedFiles: {}, datasets: {}, parameters: {} };
  const { problems } = await compileGraph(document, inputs, createOracle(session.connection));
  return problems
    .filter(({ severity }) => severity === 'error')
    .map((problem) => `${problem.code} ${JSON.stringify(placeOfProblem(list, part.nodes, problem))}`);
}

type Verdict = { readonly complete: boolean } | { readonly refused: string };

function judged(transformations: unknown, names: readonly string[]): Verdict {
  try {
    return { complete: checkFields(parseTransformations(transformations), names) };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}

const wrong = 'not_there';
const names = ['id', 'Amount', 'größe', 'a b', 'order'];
const quoted = (name: string) => `"${name}"`;

interface Step {
  readonly type:
    | 'filter'
    | 'tree'
    | 'make'
    | 'cast'
    | 'drop'
    | 'rename'
    | 'aggregate'
    | 'join'
    | 'lookup'
    | 'rules';
  readonly pick: number;
  readonly upper: boolean;
}

/** A list that names known fields only, but for one wrong name in the step `spoilt`. */
function listOf(steps: readonly Step[], spoilt = -1): unknown[] {
  let fields = [...names];
  return steps.map(({ type, pick, upper }, at) => {
    const known = fields[pick % fields.length] ?? '';
    // The case of A to Z does not count.
    const name =
      at === spoilt ? wrong : upper ? known.replace(/[a-z]+/g, (text) => text.toUpperCase()) : known;
    const made = `made ${at}`;
    const others = fields.filter((field) => field !== known);
    switch (type) {
      case 'filter':
        return { type, condition: `${quoted(name)} + 1 > 2 or ${quoted(known)} is null` };
      case 'tree':
        return {
          type: 'filter',
          any: [{ field: known, operator: 'is_null' }, { not: { field: name, operator: 'gt', value: 1 } }],
        };
      case 'make':
        fields = [...fields, made];
        return { type: 'map', fields: { [made]: `abs(${quoted(name)})` } };
      case 'cast':
        fields = [...fields, made];
        return { type: 'map', fields: { [made]: { cast: 'number', from: name } } };
      case 'drop':
        if (others.length > 0) fields = others;
        return others.length > 0 || at === spoilt
          ? { type: 'map', drop: [name] }
          : { type: 'map', fields: { [known]: '1' } };
      case 'rename':
        fields = [...others, made];
        return { type: 'map', rename: { [name]: made } };
      case 'aggregate':
        fields = [known, made, `max_${known}`];
        return {
          type,
          group_by: [known],
          aggregations: [
            { function: 'sum', field: name, as: made },
            { function: 'max', field: known },
            ...(known === 'count' ? [] : []),
          ],
        };
      case 'join':
        fields = [...fields, made];
        return {
          type: 'join',
          records: [{ key: 1, [made]: 2, other: 3 }],
          on: { [name]: 'key' },
          fields: [made],
        };
      case 'lookup':
        // A name that both sides have.
        return { type: 'join', records: [{ key: 1, [known]: 2 }], on: { [name]: 'key' }, how: 'left' };
      default:
        return { type: 'validate', rules: [{ field: name, required: true }] };
    }
  });
}

const step: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom<Step['type'][]>(
    ...([
      'filter',
      'tree',
      'make',
      'cast',
      'drop',
      'rename',
      'aggregate',
      'join',
      'lookup',
      'rules',
    ] as const),
  ),
  pick: fc.nat({ max: 20 }),
  upper: fc.boolean(),
});

/** `lookup` adds names of which the model knows nothing: a second one has other places. */
const steps = fc
  .array(step, { minLength: 1, maxLength: 6 })
  .filter((all) => all.filter(({ type }) => type === 'lookup').length <= 1);

test('a list made of known fields only is never refused, and compiles', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const list = listOf(all);
      expect(judged(list, names)).not.toHaveProperty('refused');
      expect(await compiled(list, names)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('a wrong name is found at its step, by the names alone or by the compiler', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), async (all, where) => {
      const spoilt = where % all.length;
      const list = listOf(all, spoilt);
      const verdict = judged(list, names);
      const [first] = await compiled(list, names);
      expect(first).toMatch(new RegExp(`^unknown_column \\[${spoilt},`));
      if ('refused' in verdict) expect(verdict.refused).toContain(`transformations[${spoilt}].`);
      else expect(verdict.complete).toBe(false);
    }),
    { numRuns: 150 },
  );
});

test('the nearest name is suggested, or those that there are are told', () => {
  const filter = (field: string) => [{ type: 'filter', field, operator: 'is_null' }];
  expect(judged(filter('amuont'), ['id', 'amount'])).toEqual({
    refused:
      'transformations[0].field: The records that arrive here have no field "amuont". Did you mean "amount"?',
  });
  expect(judged(filter('x'), ['id', 'amount'])).toEqual({
    refused:
      'transformations[0].field: The records that arrive here have no field "x". They have: "id", "amount".',
  });
});

test('where the fields are not known nothing is refused', () => {
  const list = parseTransformations([
    { type: 'filter', field: 'a', operator: 'is_null' },
    { type: 'map', rename: { b: 'c' }, drop: ['d'] },
    { type: 'join', dataset: 'others', on: ['e'], fields: ['f'] },
  ]);
  expect(checkFields(list, undefined)).toBe(false);
});

test('behind an unnamed percentile, and a join with a dataset, names are not judged', () => {
  const filter = { type: 'filter', field: 'p95_id', operator: 'is_null' };
  const percentile = { type: 'aggregate', aggregations: [{ function: 'percentile', field: 'id', p: 0.95 }] };
  expect(judged([percentile, filter], ['id'])).toEqual({ complete: false });
  const join = { type: 'join', dataset: 'others', on: ['id'] };
  expect(judged([join, filter], ['id'])).toEqual({ complete: false });
  expect(
    judged([join, { type: 'aggregate', aggregations: [{ function: 'count' }] }, filter], ['id']),
  ).toHaveProperty('refused');
});
