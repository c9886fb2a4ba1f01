import { type Column, foldName, typeFamily } from '../../shared/kernel/columns.ts';
import { call, cast, col, expression, input, lit, named, outputs } from '../../shared/plan/build.ts';
import type { NamedScalar, Relation, Scalar } from '../../shared/plan/relation.ts';
import type { PlanContext, PlanFunction } from '../_kit/define-node.ts';
import { columnsAt, findColumn, findColumns, namesDiffer } from '../_kit/upstream.ts';
import type definition from './definition.ts';
import { type Aggregation, aggregationName } from './definition.ts';

type Context = PlanContext<Parameters<PlanFunction<typeof definition>>[0]['config']>;

export const plan: PlanFunction<typeof definition> = (context) => {
  const { group_by, aggregations } = context.config;
  const columns = columnsAt(context);
  const groups = findColumns(context, columns, group_by, ['group_by']);
  const figures = aggregations.map((one, at) => figure(context, columns, one, at));
  if (!groups || !figures.every((one) => one !== undefined)) return undefined;
  const names = [
    ...groups.map(({ name }, at) => ({ name, path: ['group_by', at] })),
    ...figures.map(({ name }, at) => ({ name, path: ['aggregations', at, 'as'] })),
  ];
  if (!namesDiffer(context, names)) return undefined;
  const grouped = groups.map(({ name }) => named(name, col(name)));
  const rows = aggregations.some(byArrival) ? numbered(columns) : input();
  return outputs({ rel: 'aggregate', input: rows, groups: grouped, aggregates: figures });
};

const byArrival = ({ function: name, by }: Aggregation): boolean =>
  (name === 'first' || name === 'last') && by === undefined;

/** Threads take rows in any order, so the order of arrival has to be a column. */
function numbered(columns: readonly Column[]): Relation {
  return { rel: 'extend', input: input(), columns: [named(arrival(columns), { op: 'row-number' })] };
}

function arrival(columns: readonly Column[]): string {
  let name = 'row_number';
  while (columns.some((column) => foldName(column.name) === name)) name = `${name}_`;
  return name;
}

function figure(
  context: Context,
  columns: readonly Column[],
  one: Aggregation,
  at: number,
): NamedScalar | undefined {
  const path = ['aggregations', at];
  const column =
    one.column === undefined ? undefined : findColumn(context, columns, one.column, [...path, 'column']);
  const by = one.by === undefined ? undefined : findColumn(context, columns, one.by, [...path, 'by']);
  if ((one.column !== undefined && !column) || (one.by !== undefined && !by)) return undefined;
  if (column && !typeFits(context, one, column, at)) return undefined;
  const of = column ? col(column.name) : undefined;
  const value =
    of ?? (one.expression === undefined ? undefined : expression(one.expression, [...path, 'expression']));
  return named(aggregationName(one), computed(one, value, column?.type, by?.name ?? arrival(columns)));
}

function computed(one: Aggregation, value: Scalar | undefined, type: string | undefined, by: string): Scalar {
  // Only count may stand without a value: the config's schema sees to that.
  if (value === undefined) return { op: 'call', name: 'count_star', args: [] };
  switch (one.function) {
    case 'count_distinct':
      return { op: 'call', name: 'count', args: [value], distinct: true };
    case 'sum':
      return sum(value, type);
    case 'stddev':
      return call('stddev_samp', value);
    case 'percentile':
      return call('quantile_cont', value, lit(one.p ?? 0.5, 'DOUBLE'));
    case 'first':
      return call('arg_min', value, col(by));
    case 'last':
      return call('arg_max', value, col(by));
    case 'string_agg':
      return joinedText(value, one.separator ?? ', ');
    default:
      return call(one.function, value);
  }
}

/** DuckDB adds whole numbers up as 128 bits, which no file format holds; 64 bits or a clear error is kinder. */
function sum(value: Scalar, type: string | undefined): Scalar {
  const total = call('sum', value);
  return type !== undefined && /^(U?(TINY|SMALL)INT|U?INTEGER|BIGINT)$/i.test(type)
    ? cast(total, 'BIGINT')
    : total;
}

/** In order of the text, so that the result does not depend on which thread came first. */
function joinedText(value: Scalar, separator: string): Scalar {
  return call('array_to_string', call('list_sort', call('list', cast(value, 'VARCHAR'))), lit(separator));
}

const numeric = new Set<string>(['sum', 'avg', 'stddev', 'median', 'percentile']);

function typeFits(
  { problem }: Context,
  { function: name }: Aggregation,
  column: Column,
  at: number,
): boolean {
  const family = typeFamily(column.type);
  const orderable = family === 'time' && (name === 'median' || name === 'percentile');
  if (!numeric.has(name) || family === 'number' || family === 'other' || orderable) return true;
  problem({
    code: 'wrong_type',
    path: ['aggregations', at, 'column'],
    message: `The column "${column.name}" is ${column.type}; ${name} needs a number. Change its type in a Select step first.`,
  });
  return false;
}
