import type { Column } from '../../shared/kernel/columns.ts';
import { call, input, lit, outputs } from '../../shared/plan/build.ts';
import type { Comparison, ConditionTree } from '../../shared/plan/condition.ts';
import type { ConfigPath, Scalar } from '../../shared/plan/relation.ts';
import { comparedSides, comparison, type PlainValue, textOf } from '../_kit/compare-value.ts';
import type { PlanContext, PlanFunction } from '../_kit/define-node.ts';
import { columnsAt, findColumn } from '../_kit/upstream.ts';
import type definition from './definition.ts';

type Context = Pick<PlanContext<unknown>, 'problem'>;

export const plan: PlanFunction<typeof definition> = (context) => {
  const { where } = context.config;
  const path = ['where'];
  const condition: Scalar | undefined =
    typeof where === 'string'
      ? { op: 'expression', text: where, path }
      : new TreeReader(context, columnsAt(context)).read(where, path);
  return condition && outputs({ rel: 'filter', input: input(), where: condition });
};

/** Reads a clicked condition against the columns that arrive; whatever is wrong is reported at its place. */
class TreeReader {
  readonly #context: Context;
  readonly #columns: readonly Column[];

  constructor(context: Context, columns: readonly Column[]) {
    this.#context = context;
    this.#columns = columns;
  }

  read(tree: ConditionTree, path: ConfigPath): Scalar | undefined {
    if ('all' in tree) return this.#readMany('all', tree.all, path);
    if ('any' in tree) return this.#readMany('any', tree.any, path);
    if ('not' in tree) {
      const of = this.read(tree.not, [...path, 'not']);
      return of && { op: 'not', of };
    }
    const column = findColumn(this.#context, this.#columns, tree.field, [...path, 'field']);
    return column && this.#compare(column, tree, path);
  }

  #readMany(op: 'all' | 'any', parts: readonly ConditionTree[], path: ConfigPath): Scalar | undefined {
    const of = parts.map((part, at) => this.read(part, [...path, op, at]));
    return of.every((part) => part !== undefined) ? { op, of } : undefined;
  }

  #compare(column: Column, { operator, value }: Comparison, path: ConfigPath): Scalar | undefined {
    const left: Scalar = { op: 'column', name: column.name };
    const list: readonly PlainValue[] = Array.isArray(value) ? value : [value ?? null];
    const [first = null, second = null] = list;
    switch (operator) {
      case 'is_null':
        return { op: 'is-null', of: left };
      case 'not_null':
        return { op: 'not', of: { op: 'is-null', of: left } };
      case 'in':
        return this.#in(column, list, path);
      case 'not_in': {
        const found = this.#in(column, list, path);
        return found && { op: 'not', of: found };
      }
      case 'contains':
      case 'starts_with':
      case 'ends_with':
        return call(operator, textOf(column), lit(String(first ?? '')));
      case 'between': {
        const least = this.#told(comparison(column, '>=', first), path);
        const most = this.#told(comparison(column, '<=', second), path);
        return least && most && { op: 'all', of: [least, most] };
      }
      default:
        return this.#told(comparison(column, symbols[operator], first), path);
    }
  }

  /** One list a kind of value: a text and a number are compared with a column in their own ways. */
  #in(column: Column, values: readonly PlainValue[], path: ConfigPath): Scalar | undefined {
    const groups = new Map<string, { value: Scalar; options: Scalar[] }>();
    for (const value of values) {
      const sides = comparedSides(column, value);
      if (typeof sides === 'string') return this.#told(sides, path);
      const key = value === null ? 'null' : JSON.stringify(sides.left);
      const group = groups.get(key) ?? { value: sides.left, options: [] };
      groups.set(key, { ...group, options: [...group.options, sides.right] });
    }
    const found = [...groups.values()].map((group): Scalar => ({ op: 'in', ...group }));
    const [only] = found;
    return found.length === 1 ? only : { op: 'any', of: found };
  }

  #told(found: Scalar | string, path: ConfigPath): Scalar | undefined {
    if (typeof found !== 'string') return found;
    this.#context.problem({ code: 'wrong_type', path: [...path, 'value'], message: found });
    return undefined;
  }
}

const symbols = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
