import { isPlainObject } from '../../shared/kernel/json.ts';
import { outputs } from '../../shared/plan/build.ts';
import type { LiteralValue, NodePlan } from '../../shared/plan/relation.ts';
import type { PlanContext, PlanFunction } from '../_kit/define-node.ts';
import { namesDiffer } from '../_kit/upstream.ts';
import type definition from './definition.ts';
import { mostCells } from './definition.ts';
import { inferRows, literal } from './infer-columns.ts';

type Config = Parameters<PlanFunction<typeof definition>>[0]['config'];
type Context = PlanContext<Config>;
type TypedRows = Exclude<Config['rows'], unknown[]>;

export const plan: PlanFunction<typeof definition> = (context) => {
  const { rows } = context.config;
  return Array.isArray(rows) ? fromRecords(context, rows.filter(isPlainObject)) : fromTyped(context, rows);
};

function fromRecords(context: Context, records: readonly Record<string, unknown>[]): NodePlan | undefined {
  const { columns, rows, clashes, rounded } = inferRows(records);
  for (const { name, earlier } of clashes) {
    report(
      context,
      'duplicate_column',
      `The names "${earlier}" and "${name}" count as the same column. Use one spelling.`,
    );
  }
  if (rounded) {
    context.problem({
      code: 'unsafe_number',
      severity: 'warning',
      path: ['rows', rounded.row, rounded.name],
      message: `The number in "${rounded.name}" is beyond 9007199254740991 and may be rounded. Write it as text, or give the column the type HUGEINT.`,
    });
  }
  if (clashes.length > 0 || !withinSize(context, columns.length, rows)) return undefined;
  return outputs({ rel: 'values', columns, rows });
}

function fromTyped(context: Context, { columns, rows }: TypedRows): NodePlan | undefined {
  const names = columns.map(({ name }, at) => ({ name, path: ['rows', 'columns', at, 'name'] }));
  const differ = namesDiffer(context, names);
  const ragged = rows.findIndex((row) => row.length !== columns.length);
  if (ragged >= 0) {
    const length = rows[ragged]?.length ?? 0;
    const message = `Row ${ragged + 1} has ${length} values, but there are ${columns.length} columns. Write one value, or null, for each column.`;
    report(context, 'ragged_row', message, ['rows', 'rows', ragged]);
  }
  const values = rows.map((row) => columns.map(({ type }, at) => literal(row[at], type)));
  if (!differ || ragged >= 0 || !withinSize(context, columns.length, values)) return undefined;
  return outputs({ rel: 'values', columns, rows: values });
}

function withinSize(context: Context, width: number, rows: readonly (readonly LiteralValue[])[]): boolean {
  if (width === 0) return report(context, 'no_columns', 'There are no columns yet. Add a row, or a column.');
  if (width * rows.length <= mostCells) return true;
  return report(
    context,
    'too_many_rows',
    `${rows.length} rows of ${width} columns are too much to keep inside a pipeline (at most ${mostCells} values). Save them as a file and read that.`,
  );
}

function report(
  { problem }: Context,
  code: string,
  message: string,
  path: (string | number)[] = ['rows'],
): false {
  problem({ code, path, message });
  return false;
}
