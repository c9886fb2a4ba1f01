import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Condition,
  type ConditionTree,
  conditionOperators,
  conditionTree,
} from '../../../../shared/plan/condition.ts';
import { allKinds, definitionOf, searchKinds } from '../../../graph/kinds.ts';
import { readTable } from '../graph/table-text.ts';
import { columnText, suggestionsFor } from './completions.ts';
import { conditionSql, fromGroup, operatorsFor, refit, toGroup, valueFor } from './condition-edit.ts';
import { elementChoices, formFields, isFolded, isShown, problemAt } from './form-model.ts';
import * as rows from './rows-table.ts';

const fieldsOf = (kind: string) => {
  const definition = definitionOf(kind);
  if (!definition) throw new Error(`no kind ${kind}`);
  return formFields(definition);
};
const fieldOf = (kind: string, key: string) => {
  const field = fieldsOf(kind).find((candidate) => candidate.key === key);
  if (!field) throw new Error(`${kind} has no field ${key}`);
  return field;
};

describe('forms made from schemas', () => {
  it('has a control with a label for every field of every kind', () => {
    for (const kind of allKinds) {
      const fields = formFields(kind);
      expect(fields.map((field) => field.key)).toEqual(Object.keys(kind.config.shape));
      expect(fields.every((field) => field.hint.label.length > 0)).toBe(true);
    }
  });

  it('knows fallbacks, choices and limits through defaults and optionals', () => {
    expect(fieldOf('join', 'how')).toMatchObject({ fallback: 'inner', optional: true });
    expect(fieldOf('limit', 'count').limits).toMatchObject({ min: 0, integer: true });
    expect(fieldOf('limit', 'percent').limits).toMatchObject({ min: 0, max: 100, integer: false });
    expect(fieldOf('csv-file', 'path').optional).toBe(false);
  });

  it('finds the functions that an aggregation allows', () => {
    expect(
      elementChoices(fieldOf('aggregate', 'aggregations').schema, 'function').map(({ value }) => value),
    ).toContain('count_distinct');
  });

  it('shows a field only while the other one has the value it waits for, defaults included', () => {
    const fields = fieldsOf('limit');
    expect(isShown(fieldOf('limit', 'count'), {}, fields)).toBe(true);
    expect(isShown(fieldOf('limit', 'count'), { mode: 'percent' }, fields)).toBe(false);
    expect(isShown(fieldOf('limit', 'percent'), { mode: 'percent' }, fields)).toBe(true);
  });

  it('unfolds an advanced field once it says something', () => {
    expect(isFolded(fieldOf('csv-file', 'quote'), {})).toBe(true);
    expect(isFolded(fieldOf('csv-file', 'quote'), { quote: '' })).toBe(true);
    expect(isFolded(fieldOf('csv-file', 'quote'), { quote: "'" })).toBe(false);
  });

  it('lands a problem on the line it names', () => {
    const problems = [
      { code: 'x', severity: 'error' as const, path: ['keys', 1, 'left'], message: 'Unknown.' },
    ];
    expect(problemAt(problems, ['keys', 1])).toBe('Unknown.');
    expect(problemAt(problems, ['keys', 0])).toBeUndefined();
    expect(problemAt(problems, ['keys'], false)).toBeUndefined();
  });
});

const comparison = fc.record({
  field: fc.string({ minLength: 1, maxLength: 5 }),
  operator: fc.constantFrom(...conditionOperators),
  value: fc.oneof(fc.string({ maxLength: 4 }), fc.integer(), fc.boolean()),
});
const tree: fc.Arbitrary<ConditionTree> = fc.letrec<{ tree: ConditionTree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc.record({ all: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('tree') }),
  ),
})).tree;

/** Truth of a tree when each comparison is a coin known by its text. */
function holds(condition: ConditionTree, coin: (text: string) => boolean): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, coin));
  if ('any' in condition) return condition.any.some((part) => holds(part, coin));
  if ('not' in condition) return !holds(condition.not, coin);
  return coin(JSON.stringify(condition));
}

describe('the condition builder', () => {
  it('means the same after a tree became groups and a tree again', () => {
    fc.assert(
      fc.property(tree, fc.func(fc.boolean()), (condition, coin) => {
        const back = fromGroup(toGroup(condition));
        expect(conditionTree.safeParse(back).success).toBe(true);
        expect(holds(back, coin)).toBe(holds(condition, coin));
      }),
    );
  });

  it('writes SQL with names and texts quoted', () => {
    const condition: Condition = {
      all: [
        { field: 'Order Date', operator: 'gte', value: '2024-01-01' },
        {
          any: [
            { field: 'a', operator: 'eq', value: "it's" },
            { not: { field: 'b', operator: 'in', value: [1, 2] } },
          ],
        },
        { field: 'c', operator: 'between', value: [1, 5] },
        { field: 'd', operator: 'is_null' },
      ],
    };
    expect(conditionSql(condition)).toBe(
      `"Order Date" >= '2024-01-01' and (a = 'it''s' or not (b in (1, 2))) and c between 1 and 5 and d is null`,
    );
  });

  it('keeps the value when the operator changes and drops it where none belongs', () => {
    expect(refit({ field: 'a', operator: 'in', value: 5 }, 'BIGINT').value).toEqual([5]);
    expect(refit({ field: 'a', operator: 'is_null', value: 5 }, 'BIGINT')).toEqual({
      field: 'a',
      operator: 'is_null',
    });
    expect(refit({ field: 'a', operator: 'contains', value: 'x' }, 'BOOLEAN')).toMatchObject({
      operator: 'eq',
    });
    expect(operatorsFor('BIGINT')).not.toContain('contains');
  });

  it('never rounds a typed number', () => {
    expect(valueFor('12.50', 'DOUBLE')).toBe(12.5);
    expect(valueFor('12345678901234567890', 'HUGEINT')).toBe('12345678901234567890');
    expect(valueFor('12', 'VARCHAR')).toBe('12');
    expect(valueFor('x', 'BIGINT')).toBe('x');
  });
});

describe('the small table', () => {
  it('reads records and typed rows alike', () => {
    const records = rows.readRows([
      { a: 1, b: 'x' },
      { b: 'y', c: true },
    ]);
    expect(records.columns).toEqual([
      { name: 'a', type: 'BIGINT' },
      { name: 'b', type: 'VARCHAR' },
      { name: 'c', type: 'BOOLEAN' },
    ]);
    expect(records.rows).toEqual([
      [1, 'x', null],
      [null, 'y', true],
    ]);
    expect(rows.readRows({ columns: records.columns, rows: records.rows })).toEqual(records);
    expect(rows.readRows(undefined)).toEqual({ columns: [], rows: [] });
  });

  it('keeps leading zeros as text when a table is pasted', () => {
    const parsed = readTable('code\tn\n001\t5\n');
    expect(parsed && rows.fromParsed(parsed).rows).toEqual([['001', 5]]);
  });

  it('edits cells, columns and rows without touching the others', () => {
    const table = rows.readRows({ columns: [{ name: 'a', type: 'BIGINT' }], rows: [[1], [2]] });
    const wider = rows.setCell(rows.addColumn(table), 1, 1, 'x');
    expect(wider.rows).toEqual([
      [1, null],
      [2, 'x'],
    ]);
    expect(rows.removeColumn(wider, 0).rows).toEqual([[null], ['x']]);
    expect(rows.setColumn(table, 0, { name: 'a', type: 'VARCHAR' }).rows).toEqual([['1'], ['2']]);
    expect(rows.cellValue('12345678901234567890', 'BIGINT')).toBe('12345678901234567890');
  });
});

describe('finding things', () => {
  it('completes columns first, quotes odd names, and offers parameters', () => {
    const found = suggestionsFor({ columns: [{ name: 'Order Date', type: 'DATE' }], parameters: ['since'] });
    expect(found[0]).toMatchObject({ label: 'Order Date', apply: '"Order Date"' });
    expect(found.some(({ label }) => label === '$since')).toBe(true);
    expect(columnText('a"b')).toBe('"a""b"');
    expect(new Set(found.map(({ label }) => label)).size).toBe(found.length);
  });

  it('searches kinds by title, keyword and description, titles first', () => {
    expect(searchKinds(allKinds, 'join')[0]?.kind).toBe('join');
    expect(searchKinds(allKinds, 'vlookup').map(({ kind }) => kind)).toEqual(['join']);
    expect(searchKinds(allKinds, 'group by')[0]?.kind).toBe('aggregate');
    expect(searchKinds(allKinds, 'zzz')).toEqual([]);
  });
});
