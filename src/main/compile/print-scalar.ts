import { assert, unreachable } from '../../shared/kernel/assert.ts';
import type { NamedScalar, Scalar, SortKey } from '../../shared/plan/relation.ts';
import { dialect } from './dialect.ts';

/** The aliases a join gives its sides. */
export const sideAliases = { left: 'left_side', right: 'right_side' } as const;

/** A scalar as SQL that keeps its meaning wherever it is put: whatever has an operator is in parentheses. */
export function printScalar(scalar: Scalar): string {
  switch (scalar.op) {
    case 'column':
      return printColumn(scalar.name, scalar.side);
    case 'literal':
      return dialect.literal(scalar.value, scalar.type);
    case 'expression':
      return printExpression(scalar.text);
    case 'call':
      return printCall(scalar.name, scalar.args, scalar.distinct === true);
    case 'compare':
      return `(${printScalar(scalar.left)} ${scalar.operator.toUpperCase()} ${printScalar(scalar.right)})`;
    case 'all':
      return printJoined(scalar.of, 'AND', 'TRUE');
    case 'any':
      return printJoined(scalar.of, 'OR', 'FALSE');
    case 'not':
      return `(NOT ${printScalar(scalar.of)})`;
    case 'is-null':
      return `(${printScalar(scalar.of)} IS NULL)`;
    case 'in':
      return printIn(scalar.value, scalar.options);
    case 'cast':
      return `${scalar.lenient ? 'TRY_CAST' : 'CAST'}(${printScalar(scalar.of)} AS ${dialect.type(scalar.type)})`;
    case 'case':
      return printCase(scalar);
    case 'list':
      return `[${scalar.of.map(printScalar).join(', ')}]`;
    case 'lambda':
      return `lambda ${dialect.identifier(scalar.parameter)}: ${printScalar(scalar.body)}`;
    case 'row-number':
      return 'row_number() OVER ()';
    default:
      return unreachable(scalar, 'scalar');
  }
}

export function printNamed({ name, value }: NamedScalar): string {
  const printed = printScalar(value);
  const target = dialect.identifier(name);
  return value.op === 'column' && printed === target ? target : `${printed} AS ${target}`;
}

export function printSortKey({ value, descending, nulls }: SortKey): string {
  // A bare number would be taken for a column's position.
  const printed = value.op === 'literal' ? `(${printScalar(value)} || '')` : printScalar(value);
  return `${printed} ${descending ? 'DESC' : 'ASC'} NULLS ${nulls.toUpperCase()}`;
}

/**
 * A user's text, in parentheses. Where it could end in a comment it stands on lines of its own, so that the comment
 * cannot swallow what follows.
 */
export function printExpression(text: string): string {
  const plain = text.trim();
  return /--|\n|\r/.test(plain) ? `(\n${plain}\n)` : `(${plain})`;
}

function printColumn(name: string, side: 'left' | 'right' | undefined): string {
  return side ? `${sideAliases[side]}.${dialect.identifier(name)}` : dialect.identifier(name);
}

function printCall(name: string, args: readonly Scalar[], distinct: boolean): string {
  assert(/^[a-z_][a-z0-9_]*$/.test(name), `a kind calls the function ${name}`);
  return `${name}(${distinct ? 'DISTINCT ' : ''}${args.map(printScalar).join(', ')})`;
}

function printJoined(of: readonly Scalar[], word: 'AND' | 'OR', none: string): string {
  const [only] = of;
  if (only === undefined) return none;
  return of.length === 1 ? printScalar(only) : `(${of.map(printScalar).join(` ${word} `)})`;
}

/** SQL's IN never finds a null; to a person who picks "empty" from a list it should. */
function printIn(value: Scalar, options: readonly Scalar[]): string {
  const tested = printScalar(value);
  const some = options.filter((option) => !(option.op === 'literal' && option.value === null));
  const found = some.length > 0 ? `${tested} IN (${some.map(printScalar).join(', ')})` : undefined;
  const empty = some.length < options.length ? `${tested} IS NULL` : undefined;
  return `(${[found, empty].filter((part) => part !== undefined).join(' OR ') || 'FALSE'})`;
}

function printCase(scalar: Extract<Scalar, { op: 'case' }>): string {
  if (scalar.when.length === 0) return printScalar(scalar.otherwise);
  const branches = scalar.when.map((part) => `WHEN ${printScalar(part.if)} THEN ${printScalar(part.then)}`);
  return `(CASE ${branches.join(' ')} ELSE ${printScalar(scalar.otherwise)} END)`;
}
