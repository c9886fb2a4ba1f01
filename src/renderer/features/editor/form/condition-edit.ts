import { type TypeFamily, typeFamily } from '../../../../shared/kernel/columns.ts';
import type {
  Comparison,
  Condition,
  ConditionOperator,
  ConditionTree,
} from '../../../../shared/plan/condition.ts';

/** A condition as the builder shows it: groups of lines. `not` is a group that says "none of". */
export interface Group {
  readonly join: 'all' | 'any' | 'none';
  readonly parts: readonly (Group | Comparison)[];
}

export const isGroup = (part: Group | Comparison): part is Group => 'join' in part;

/** Any tree as a group; what is no group becomes the one line of one. */
export function toGroup(tree: ConditionTree): Group {
  const part = toPart(tree);
  return isGroup(part) ? part : { join: 'all', parts: [part] };
}

function toPart(tree: ConditionTree): Group | Comparison {
  if ('all' in tree) return { join: 'all', parts: tree.all.map(toPart) };
  if ('any' in tree) return { join: 'any', parts: tree.any.map(toPart) };
  if ('not' in tree) {
    const inner = toPart(tree.not);
    if (isGroup(inner) && inner.join === 'any') return { join: 'none', parts: inner.parts };
    return { join: 'none', parts: [inner] };
  }
  return tree;
}

/** The tree that is stored: one line needs no group around it. */
export function fromGroup(group: Group): ConditionTree {
  const parts = group.parts.map((part) => (isGroup(part) ? fromGroup(part) : part));
  const [only] = parts;
  if (group.join === 'none') return { not: parts.length === 1 && only ? only : { any: parts } };
  if (parts.length === 1 && only) return only;
  return group.join === 'all' ? { all: parts } : { any: parts };
}

/** Replaces the part at a path of indexes; undefined removes it. Empty groups inside disappear. */
export function changePart(
  group: Group,
  path: readonly number[],
  change: (part: Group | Comparison) => Group | Comparison | undefined,
): Group {
  const [index = 0, ...rest] = path;
  const parts = group.parts.flatMap((part, at) => {
    if (at !== index) return [part];
    const next = rest.length === 0 ? change(part) : isGroup(part) ? changePart(part, rest, change) : part;
    if (next === undefined || (isGroup(next) && next.parts.length === 0)) return [];
    return [next];
  });
  return { ...group, parts };
}

const byFamily: Record<TypeFamily, readonly ConditionOperator[]> = {
  text: [
    'eq',
    'ne',
    'contains',
    'starts_with',
    'ends_with',
    'in',
    'not_in',
    'gt',
    'gte',
    'lt',
    'lte',
    'between',
    'is_null',
    'not_null',
  ],
  number: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'between', 'in', 'not_in', 'is_null', 'not_null'],
  boolean: ['eq', 'ne', 'is_null', 'not_null'],
  time: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'between', 'in', 'not_in', 'is_null', 'not_null'],
  nested: ['contains', 'is_null', 'not_null'],
  other: [
    'eq',
    'ne',
    'gt',
    'gte',
    'lt',
    'lte',
    'between',
    'in',
    'not_in',
    'contains',
    'starts_with',
    'ends_with',
    'is_null',
    'not_null',
  ],
};

export function operatorsFor(type: string | undefined): readonly ConditionOperator[] {
  return byFamily[type === undefined ? 'other' : typeFamily(type)];
}

/** Words of the operator menu; times and numbers read differently. */
export function operatorWord(operator: ConditionOperator, type: string | undefined): string {
  const time = type !== undefined && typeFamily(type) === 'time';
  const words: Record<ConditionOperator, string> = {
    eq: 'is',
    ne: 'is not',
    gt: time ? 'is after' : 'is greater than',
    gte: time ? 'is on or after' : 'is at least',
    lt: time ? 'is before' : 'is less than',
    lte: time ? 'is on or before' : 'is at most',
    in: 'is one of',
    not_in: 'is none of',
    contains: 'contains',
    starts_with: 'starts with',
    ends_with: 'ends with',
    between: 'is between',
    is_null: 'is empty',
    not_null: 'is not empty',
  };
  return words[operator];
}

/** A line after its column or operator changed: keeps the value where it still makes sense. */
export function refit(line: Comparison, type: string | undefined): Comparison {
  const allowed = operatorsFor(type);
  const operator = allowed.includes(line.operator) ? line.operator : (allowed[0] ?? 'eq');
  if (operator === 'is_null' || operator === 'not_null') return { field: line.field, operator };
  const list = Array.isArray(line.value)
    ? line.value
    : line.value === undefined || line.value === null
      ? []
      : [line.value];
  if (operator === 'in' || operator === 'not_in') return { field: line.field, operator, value: list };
  if (operator === 'between') return { field: line.field, operator, value: [list[0] ?? '', list[1] ?? ''] };
  return {
    field: line.field,
    operator,
    value: list[0] ?? (type !== undefined && typeFamily(type) === 'boolean' ? true : ''),
  };
}

/** A typed value as the condition stores it: numbers as numbers where nothing is rounded. */
export function valueFor(text: string, type: string | undefined): string | number | boolean {
  const family = type === undefined ? 'other' : typeFamily(type);
  if (family === 'boolean') return text === 'true';
  if (family === 'number' && /^-?(\d+\.?\d*|\.\d+)$/.test(text.trim())) {
    const number = Number(text);
    // 15 digits always survive a double; longer ones travel as text and DuckDB reads them exactly.
    if (text.trim().replace(/[-.]/g, '').length <= 15) return number;
  }
  return text;
}

const quoteName = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return typeof value === 'string' ? quoteText(value) : String(value);
}

const symbols = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/** A condition as the SQL a person goes on writing. */
export function conditionSql(condition: Condition): string {
  if (typeof condition === 'string') return condition;
  if ('all' in condition) return joined(condition.all, ' and ');
  if ('any' in condition) return joined(condition.any, ' or ');
  if ('not' in condition) return `not (${conditionSql(condition.not)})`;
  const name = quoteName(condition.field);
  const list = Array.isArray(condition.value) ? condition.value : [condition.value];
  switch (condition.operator) {
    case 'is_null':
      return `${name} is null`;
    case 'not_null':
      return `${name} is not null`;
    case 'in':
      return `${name} in (${list.map(literal).join(', ')})`;
    case 'not_in':
      return `${name} not in (${list.map(literal).join(', ')})`;
    case 'between':
      return `${name} between ${literal(list[0])} and ${literal(list[1])}`;
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return `${condition.operator}(cast(${name} as varchar), ${literal(String(list[0] ?? ''))})`;
    default:
      return `${name} ${symbols[condition.operator]} ${literal(list[0])}`;
  }
}

function joined(parts: readonly ConditionTree[], word: string): string {
  const texts = parts.map((part) =>
    'all' in part || 'any' in part ? `(${conditionSql(part)})` : conditionSql(part),
  );
  return texts.length === 0 ? 'true' : texts.join(word);
}
