import { describe, expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode, type TestRows } from '../_kit/test-kit.ts';

const people = [
  { id: 1, email: 'a@b.co', age: '30', born: '2001-02-03' },
  { id: 2, email: 'nobody', age: '-1', born: '2001-02-30' },
  { id: 3, email: null, age: 'x', born: null },
];
const judge = (rules: readonly unknown[], rows: TestRows = people, port = 'out') =>
  runNode('validate', { rules }, { in: rows }, { port });
const passing = async (...rules: unknown[]) => {
  const result = await judge(rules);
  expect(result.problems, result.sql).toEqual([]);
  return result.rows.map(({ id }) => id);
};
const reasons = async (...rules: unknown[]) =>
  (await judge(rules, people, 'rejected')).rows.map(({ id, _reasons }) => [id, _reasons]);

describe('column rules', () => {
  test.each<[Record<string, unknown>, number[]]>([
    [{ column: 'email', required: true }, [1, 2]],
    [{ column: 'EMAIL', format: 'email' }, [1, 3]],
    [{ column: 'age', type: 'integer' }, [1, 2]],
    [{ column: 'age', min: 0 }, [1]],
    [{ column: 'age', max: 20.5 }, [2]],
    [{ column: 'id', min: '2' }, [2, 3]],
    [{ column: 'id', type: 'number', max: 2 }, [1, 2]],
    [{ column: 'id', type: 'text' }, []],
    [{ column: 'born', type: 'date' }, [1, 3]],
    [{ column: 'born', type: 'timestamp' }, [1, 3]],
    [{ column: 'email', min_length: 7 }, [3]],
    [{ column: 'email', max_length: 6 }, [1, 2, 3]],
    [{ column: 'email', pattern: '^.@' }, [1, 3]],
    [{ column: 'age', in: [30, 'x'] }, [1, 3]],
    [{ column: 'id', not_in: [2] }, [1, 3]],
    [{ condition: "id < 3 and email like '%@%'" }, [1]],
    [{ condition: 'length(email) > 3' }, [1, 2]],
  ])('%j', async (rule, ids) => {
    expect(await passing(rule)).toEqual(ids);
  });

  test('a row that breaks several leaves with a reason for each, in the order of the rules', async () => {
    expect(
      await reasons(
        { column: 'age', type: 'integer', min: 0, message: 'age is odd' },
        { column: 'email', required: true },
        { column: 'email', format: 'email' },
        { condition: 'id < 3' },
      ),
    ).toEqual([
      [2, ['age is odd', 'email is no email']],
      [3, ['age is odd', 'age is odd', 'email is missing', 'does not hold: id < 3']],
    ]);
  });

  test('the rows of both ports are all rows, unchanged, and good ones have no new column', async () => {
    const rule = { column: 'email', required: true };
    const good = await judge([rule]);
    expectRows(good, people.slice(0, 2));
    const bad = await judge([rule], people, 'rejected');
    expectRows(bad, [{ ...people[2], _reasons: ['email is missing'] }]);
  });

  test('a column of the rows that is called like ours keeps its place', async () => {
    const rows = [{ _reasons: 'mine', _each0: 1 }];
    const result = await judge([{ column: '_each0', max: 0 }], rows, 'rejected');
    expectRows(result, [{ _reasons: 'mine', _each0: 1, _reasons_: ['_each0 must be at most 0'] }]);
  });

  test.each([
    [{ rules: [{ column: 'emial', required: true }] }, 'unknown_column at rules.0.column'],
    [{ rules: [{ column: 'id', min: 'abc' }] }, 'wrong_type at rules.0.min'],
    [{ rules: [{ column: 'id', in: [1, 'x'] }] }, 'wrong_type at rules.0.in.1'],
    [{ rules: [{ column: 'id' }] }, 'invalid_config at rules.0.required'],
    [{ rules: [{ required: true }] }, 'invalid_config at rules.0.column'],
    [{ rules: [{ column: 'id', condition: 'true' }] }, 'invalid_config at rules.0.condition'],
    [{ rules: [{ column: 'id', pattern: '(?<!x)' }] }, 'invalid_config at rules.0.pattern'],
    [{ rules: [{ condition: 'idd > 1' }] }, 'unknown_column at rules.0.condition'],
    [{}, 'invalid_config at rules'],
  ])('%j: %s', async (config, place) => {
    expect(problemPlaces(await runNode('validate', config, { in: people }))).toEqual([place]);
  });
});
