import { describe, expect, it } from 'vitest';
import { call, col, compare, expression, input, lit, named } from './build.ts';
import type { NodePlan, Relation } from './relation.ts';
import { planDatasets, planExpressions, planFiles, planRelations } from './walk.ts';

const file = { path: 'a.csv', configPath: ['path'] };
const shared: Relation = { rel: 'read-csv', file, options: { badRows: 'fail' } };
const text = (name: string) => expression(name, [name]);

const plan: NodePlan = {
  outputs: {
    out: {
      rel: 'join',
      kind: 'inner',
      left: {
        rel: 'filter',
        input: shared,
        where: { op: 'not', of: { op: 'in', value: text('in'), options: [text('option')] } },
      },
      right: {
        rel: 'union',
        inputs: [shared, { rel: 'read-dataset', name: 'd', configPath: [] }],
        distinct: false,
      },
      on: compare(col('a', 'left'), '=', col('a', 'right')),
      columns: [named('x', { op: 'case', when: [], otherwise: call('upper', text('argument')) })],
    },
    rejected: {
      rel: 'dedupe',
      input: {
        rel: 'sort',
        input: input(),
        keys: [{ value: text('key'), descending: false, nulls: 'last' }],
      },
      keys: [text('dedupe')],
      order: [{ value: { op: 'cast', of: text('cast'), type: 'DATE' }, descending: false, nulls: 'last' }],
      keep: 'first',
    },
  },
  sink: {
    input: {
      rel: 'aggregate',
      input: shared,
      groups: [named('g', text('group'))],
      aggregates: [named('n', lit(1))],
    },
    action: { sink: 'save-dataset', name: 's', mode: 'replace' },
  },
};

describe('the walks over a plan', () => {
  it('find every text of a user, wherever it stands', () => {
    const found = planExpressions(plan).map(({ scalar }) => scalar.text);
    expect(found.sort()).toEqual(['argument', 'cast', 'dedupe', 'group', 'in', 'key', 'option']);
  });

  it('give each relation once, those inside it before it', () => {
    const all = planRelations(plan);
    expect(all.filter((relation) => relation === shared)).toHaveLength(1);
    expect(all.indexOf(shared)).toBeLessThan(all.findIndex((relation) => relation.rel === 'join'));
  });

  it('find the files and datasets that are read', () => {
    expect(planFiles(plan)).toEqual([file]);
    expect(planDatasets(plan).map(({ name }) => name)).toEqual(['d']);
  });
});
