/** File name -> text of a new kind: a working, tested step that passes chosen columns on. */
export function kindFiles(kind: string, group: string): Record<string, string> {
  return {
    'definition.ts': definition(kind, group),
    'plan.ts': plan,
    [`${kind}.test.ts`]: test(kind),
  };
}

function definition(kind: string, group: string): string {
  const words = kind.replaceAll('-', ' ');
  return `import { z } from 'zod';
import { columnName } from '../_kit/config.ts';
import { defineNode, oneInput, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { listed } from '../_kit/summary-text.ts';

export default defineNode({
  kind: '${kind}',
  version: 1,
  title: '${words.charAt(0).toUpperCase()}${words.slice(1)}',
  group: '${group}',
  icon: 'puzzle',
  description: 'Passes the chosen columns on.',
  keywords: [],
  inputs: oneInput,
  outputs: oneOutput,
  config: z.strictObject({
    columns: field(z.array(columnName).min(1, 'Choose at least one column.'), {
      widget: 'columns',
      label: 'Columns',
    }),
  }),
  defaults: { columns: [] },
  example: { columns: ['id'] },
  summary: ({ columns }) => listed(columns),
  keep: 'stream',
  preservesRows: true,
  vetted: true,
});
`;
}

const plan = `import { input, keepColumns, outputs } from '../../shared/plan/build.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import { columnsAt, findColumns } from '../_kit/upstream.ts';
import type definition from './definition.ts';

export const plan: PlanFunction<typeof definition> = (context) => {
  const chosen = findColumns(context, columnsAt(context), context.config.columns, ['columns']);
  return chosen && outputs({ rel: 'project', input: input(), columns: keepColumns(chosen) });
};
`;

function test(kind: string): string {
  return `import { expect, test } from 'vitest';
import { expectRows, problemPlaces, runNode } from '../_kit/test-kit.ts';

const rows = [
  { id: 1, name: 'Ada' },
  { id: 2, name: 'Bo' },
];

test('the chosen columns are passed on', async () => {
  const result = await runNode('${kind}', { columns: ['name'] }, { in: rows });
  expectRows(result, [{ name: 'Ada' }, { name: 'Bo' }]);
});

test('an unknown column is a problem at its place', async () => {
  const result = await runNode('${kind}', { columns: ['id', 'nam'] }, { in: rows });
  expect(problemPlaces(result)).toEqual(['unknown_column at columns.1']);
});
`;
}
