import { type Column, foldName } from '../../shared/kernel/columns.ts';
import { call, choose, col, input, keepColumns, lit, named } from '../../shared/plan/build.ts';
import type { NodePlan, Relation, Scalar } from '../../shared/plan/relation.ts';
import type { PlanContext, PlanFunction } from '../_kit/define-node.ts';
import { columnsAt } from '../_kit/upstream.ts';
import { columnRules } from './column-rules.ts';
import type definition from './definition.ts';
import { both } from './logic.ts';
import { type RowRule, schemaRules } from './schema/compile-schema.ts';
import type { JsonSchema } from './schema/json-schema.ts';
import { recordValue } from './schema/record-value.ts';

type Config = Parameters<PlanFunction<typeof definition>>[0]['config'];

/** Name of the column of reasons, and the port of all rows with theirs. */
const reasonsColumn = '_reasons';
const judged = 'judged';

export const plan: PlanFunction<typeof definition> = (context) => {
  const columns = columnsAt(context);
  const rules = allRules(context, columns);
  if (!rules) return undefined;
  const reasons = freeColumn(reasonsColumn, columns);
  return {
    outputs: {
      out: { rel: 'project', input: rowsThat(isNull(reasons)), columns: keepColumns(columns) },
      rejected: rowsThat({ op: 'not', of: isNull(reasons) }),
      [judged]: { rel: 'extend', input: input(), columns: [named(reasons, reasonsOf(rules, columns))] },
    },
    check: {
      port: judged,
      reasons,
      passed: 'out',
      rejected: 'rejected',
      fail: context.config.on_fail === 'fail',
    },
  } satisfies NodePlan;
};

const rowsThat = (where: Scalar): Relation => ({ rel: 'filter', input: { rel: 'own', port: judged }, where });
const isNull = (name: string): Scalar => ({ op: 'is-null', of: col(name) });

function allRules(context: PlanContext<Config>, columns: readonly Column[]): RowRule[] | undefined {
  const { rules, schema, nulls } = context.config;
  const written = rules.map((rule, at) => columnRules(context, columns, rule, ['rules', at]));
  if (!written.every((list) => list !== undefined)) return undefined;
  const row = recordValue(columns, nulls);
  const ofSchema = schema === undefined ? [] : schemaRules(schema as JsonSchema, row, freePrefix(columns));
  return [...written.flat(), ...ofSchema];
}

/**
 * Null for a row that keeps all rules, which is found out without making a list; the reasons of the others in the
 * order of the rules.
 */
function reasonsOf(rules: readonly RowRule[], columns: readonly Column[]): Scalar {
  const parameter = `${freePrefix(columns)}0`;
  const none = lit(null, 'VARCHAR[]');
  if (rules.length === 0) return none;
  const each = rules.map(({ ok, reason }) => choose(ok, lit(null), lit(reason)));
  const some: Scalar = { op: 'not', of: { op: 'is-null', of: col(parameter) } };
  const list = call('list_filter', { op: 'list', of: each }, { op: 'lambda', parameter, body: some });
  return choose(both(...rules.map(({ ok }) => ok)), none, list);
}

function freeColumn(wish: string, columns: readonly Column[]): string {
  let name = wish;
  while (columns.some((column) => foldName(column.name) === foldName(name))) name = `${name}_`;
  return name;
}

/** No column begins like this, so a lambda's parameter can hide none. */
function freePrefix(columns: readonly Column[]): string {
  let prefix = '_each';
  while (columns.some(({ name }) => foldName(name).startsWith(prefix))) prefix = `${prefix}_`;
  return prefix;
}
