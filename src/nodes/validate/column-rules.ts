import { type Column, typeFamily } from '../../shared/kernel/columns.ts';
import { call, cast, col, compare, expression, lit } from '../../shared/plan/build.ts';
import type { CompareOperator, ConfigPath, Scalar } from '../../shared/plan/relation.ts';
import { comparedSides, comparison, textOf } from '../_kit/compare-value.ts';
import type { PlanContext } from '../_kit/define-node.ts';
import { findColumn } from '../_kit/upstream.ts';
import { either, implies, never, not, surely, truth } from './logic.ts';
import { enginePattern } from './pattern.ts';
import type { ColumnRule, ruleTypes } from './rule.ts';
import type { RowRule } from './schema/compile-schema.ts';
import { type Format, formatHolds } from './schema/formats.ts';

type Context = Pick<PlanContext<unknown>, 'problem'>;
type RuleType = (typeof ruleTypes)[number];

/** The rules of one entry; undefined where its column is unknown or a value does not fit it, which is reported. */
export function columnRules(
  context: Context,
  columns: readonly Column[],
  rule: ColumnRule,
  path: ConfigPath,
): RowRule[] | undefined {
  if (rule.condition !== undefined) {
    const ok = surely(expression(rule.condition, [...path, 'condition']));
    return [{ ok, reason: rule.message ?? `does not hold: ${rule.condition}` }];
  }
  const column = findColumn(context, columns, rule.column ?? '', [...path, 'column']);
  if (!column) return undefined;
  const builder = new ColumnRules(context, column, rule, path);
  return builder.rules();
}

class ColumnRules {
  readonly #context: Context;
  readonly #column: Column;
  readonly #rule: ColumnRule;
  readonly #path: ConfigPath;
  readonly #rules: RowRule[] = [];
  readonly #isNull: Scalar;
  #sound = true;

  constructor(context: Context, column: Column, rule: ColumnRule, path: ConfigPath) {
    this.#context = context;
    this.#column = column;
    this.#rule = rule;
    this.#path = path;
    this.#isNull = emptyTest(column);
  }

  rules(): RowRule[] | undefined {
    const {
      required,
      type,
      min,
      max,
      min_length: shortest,
      max_length: longest,
      pattern,
      format,
    } = this.#rule;
    const text = textOf(this.#column);
    const length = call('length', text);
    if (required) this.#say(not(this.#isNull), 'is missing');
    if (type) this.#add(isOfType(this.#column, type), `is no ${typeWords[type]}`);
    if (min !== undefined) this.#bound('>=', min, 'min', `must be at least ${min}`);
    if (max !== undefined) this.#bound('<=', max, 'max', `must be at most ${max}`);
    if (shortest !== undefined)
      this.#add(compare(length, '>=', lit(shortest)), `must have at least ${shortest} characters`);
    if (longest !== undefined)
      this.#add(compare(length, '<=', lit(longest)), `must have at most ${longest} characters`);
    if (pattern !== undefined)
      this.#add(call('regexp_matches', text, lit(enginePattern(pattern))), `does not match ${pattern}`);
    if (format !== undefined)
      this.#add(formatHolds(format as Format, text, this.#column.type), `is no ${format}`);
    this.#among();
    return this.#sound ? this.#rules : undefined;
  }

  #among(): void {
    const { in: allowed, not_in: excluded } = this.#rule;
    if (allowed) {
      const found = this.#oneOf(allowed, 'in');
      if (found) this.#add(found, `must be one of ${shown(allowed)}`);
    }
    if (excluded) {
      const found = this.#oneOf(excluded, 'not_in');
      if (found) this.#add(not(found), `must not be one of ${shown(excluded)}`);
    }
  }

  /** One list a kind of value: a text and a number are compared with a column in their own ways. */
  #oneOf(values: readonly (string | number | boolean)[], field: string): Scalar | undefined {
    const lists = new Map<string, { value: Scalar; options: Scalar[] }>();
    for (const [at, value] of values.entries()) {
      const sides = comparedSides(this.#column, value);
      if (typeof sides === 'string') {
        this.#report(sides, [field, at]);
        return undefined;
      }
      const key = JSON.stringify(sides.left);
      lists.set(key, { value: sides.left, options: [...(lists.get(key)?.options ?? []), sides.right] });
    }
    return either(...[...lists.values()].map((list) => surely({ op: 'in', ...list })));
  }

  #bound(operator: CompareOperator, value: number | string, field: string, reason: string): void {
    const found = comparison(this.#column, operator, value);
    if (typeof found === 'string') this.#report(found, [field]);
    else this.#add(found, reason);
  }

  #report(message: string, field: readonly (string | number)[]): void {
    this.#sound = false;
    this.#context.problem({ code: 'wrong_type', path: [...this.#path, ...field], message });
  }

  /** A rule about values: an empty one is for `required` to judge. */
  #add(ok: Scalar, reason: string): void {
    this.#say(implies(not(this.#isNull), surely(ok)), reason);
  }

  #say(ok: Scalar, reason: string): void {
    this.#rules.push({ ok, reason: this.#rule.message ?? `${this.#column.name} ${reason}` });
  }
}

/** JSON may hold null in a cell that is not empty. */
function emptyTest(column: Column): Scalar {
  const of = /^JSON$/i.test(column.type) ? textOf(column) : col(column.name);
  return { op: 'is-null', of };
}

const typeWords: Readonly<Record<RuleType, string>> = {
  text: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  date: 'date',
  timestamp: 'date and time',
};

/** By the column's type; in text and JSON by whether the text reads as the type. */
function isOfType(column: Column, type: RuleType): Scalar {
  const family = typeFamily(column.type);
  if (family === 'text' || /^JSON$/i.test(column.type)) return readsAs(column, type);
  const name = column.type.toUpperCase();
  switch (type) {
    case 'text':
      return never;
    case 'integer':
      if (family !== 'number') return never;
      return /INT/.test(name) ? truth(true) : compare(col(column.name), '=', call('trunc', col(column.name)));
    case 'number':
      return truth(family === 'number');
    case 'boolean':
      return truth(family === 'boolean');
    case 'date':
      return truth(name === 'DATE');
    case 'timestamp':
      return truth(name === 'DATE' || name.startsWith('TIMESTAMP'));
  }
}

const castTypes: Readonly<Partial<Record<RuleType, string>>> = {
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

function readsAs(column: Column, type: RuleType): Scalar {
  const text = textOf(column);
  if (type === 'text') {
    const isJson = /^JSON$/i.test(column.type);
    return isJson ? compare(call('json_type', col(column.name)), '=', lit('VARCHAR')) : truth(true);
  }
  if (type === 'integer') return call('regexp_matches', text, lit('^\\s*[+-]?[0-9]+\\s*$'));
  return not({ op: 'is-null', of: cast(text, castTypes[type] ?? 'VARCHAR', true) });
}

function shown(values: readonly (string | number | boolean)[]): string {
  const some = values.slice(0, 6).map((value) => JSON.stringify(value));
  return `${some.join(', ')}${values.length > some.length ? ` and ${values.length - some.length} more` : ''}`;
}
