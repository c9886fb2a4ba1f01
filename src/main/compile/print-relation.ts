import { assert, unreachable } from '../../shared/kernel/assert.ts';
import { foldName } from '../../shared/kernel/columns.ts';
import type { NamedScalar, Relation, Scalar } from '../../shared/plan/relation.ts';
import { dialect, numberText } from './dialect.ts';
import { printNamed, printScalar, printSortKey, sideAliases } from './print-scalar.ts';

type Of<Name extends Relation['rel']> = Extract<Relation, { rel: Name }>;

/** A relation whose rows come from outside the plan, as a table expression, with the names of its columns. */
export interface Leaf {
  readonly sql: string;
  readonly names: readonly string[];
}

/** What printing needs to know: where inputs come from and what was learned about the leaves beforehand. */
export interface PrintContext {
  /** The table of an input wire and the names of its columns. */
  input(port: string, index: number): { readonly table: string; readonly names: readonly string[] };
  /** The table of another output port of the node itself. */
  own(port: string): { readonly table: string; readonly names: readonly string[] };
  /** Leaves (readers and SQL steps) resolved before printing. */
  readonly leaves: ReadonlyMap<Relation, Leaf>;
}

/** A relation as one SELECT. */
export function printRelation(relation: Relation, context: PrintContext): string {
  const from = (inner: Relation) => printTable(inner, context);
  switch (relation.rel) {
    case 'input':
    case 'own':
    case 'read-csv':
    case 'read-json':
    case 'read-parquet':
    case 'read-dataset':
    case 'read-received':
      return `SELECT * FROM ${from(relation)}`;
    case 'sql':
      return leafOf(relation, context).sql;
    case 'values':
      return printValues(relation);
    case 'filter':
      return `SELECT * FROM ${from(relation.input)}\nWHERE ${printScalar(relation.where)}`;
    case 'project':
      return `SELECT ${printList(relation.columns)}\nFROM ${from(relation.input)}`;
    case 'extend':
      return printExtend(relation, context);
    case 'join':
      return printJoin(relation, context);
    case 'union':
      return printUnion(relation, context);
    case 'aggregate':
      return printAggregate(relation, from(relation.input));
    case 'sort':
      return printSort(relation, from(relation.input));
    case 'dedupe':
      return printDedupe(relation, context);
    case 'limit':
      return `SELECT * FROM ${from(relation.input)}\nLIMIT ${count(relation.count)} OFFSET ${count(relation.offset)}`;
    case 'sample':
      return printSample(relation, context);
    default:
      return unreachable(relation, 'relation');
  }
}

/** Names of a relation's columns, in order. */
export function namesOf(relation: Relation, context: PrintContext): readonly string[] {
  switch (relation.rel) {
    case 'input':
      return context.input(relation.port, relation.index).names;
    case 'own':
      return context.own(relation.port).names;
    case 'read-csv':
    case 'read-json':
    case 'read-parquet':
    case 'read-dataset':
    case 'read-received':
    case 'sql':
      return leafOf(relation, context).names;
    case 'values':
    case 'project':
    case 'join':
      return relation.columns.map((column) => column.name);
    case 'aggregate':
      return [...relation.groups, ...relation.aggregates].map((column) => column.name);
    case 'extend':
      return extendedNames(namesOf(relation.input, context), relation.columns);
    case 'union':
      return unionNames(relation.inputs.map((input) => namesOf(input, context)));
    default:
      return namesOf(relation.input, context);
  }
}

function printTable(relation: Relation, context: PrintContext): string {
  if (relation.rel === 'input') return context.input(relation.port, relation.index).table;
  if (relation.rel === 'own') return context.own(relation.port).table;
  if (relation.rel.startsWith('read-')) return leafOf(relation, context).sql;
  return `(\n${indent(printRelation(relation, context))}\n)`;
}

function leafOf(relation: Relation, context: PrintContext): Leaf {
  const leaf = context.leaves.get(relation);
  assert(leaf, `${relation.rel} was not resolved before printing`);
  return leaf;
}

const printList = (columns: readonly NamedScalar[]): string => columns.map(printNamed).join(', ');

function printValues({ columns, rows }: Of<'values'>): string {
  const names = columns.map(({ name }) => dialect.identifier(name)).join(', ');
  const typed = columns.map(({ name, type }) => {
    const column = dialect.identifier(name);
    return `CAST(${column} AS ${dialect.type(type)}) AS ${column}`;
  });
  if (rows.length > manyValues) return printManyValues(columns, rows);
  const cells = rows.length > 0 ? rows : [columns.map(() => null)];
  // One text column a value: the cast above gives the type, and a mixed column does not bind to a common one first.
  const printed = cells.map(
    (row) => `(${columns.map((_column, at) => textCell(row[at] ?? null)).join(', ')})`,
  );
  const none = rows.length === 0 ? '\nWHERE FALSE' : '';
  return `SELECT ${typed.join(', ')}\nFROM (VALUES ${printed.join(', ')}) AS given(${names})${none}`;
}

/** From here on one JSON text is read several times faster than a list of VALUES is parsed. */
const manyValues = 200;

function printManyValues(columns: Of<'values'>['columns'], rows: Of<'values'>['rows']): string {
  const typed = columns.map(({ name, type }, at) => {
    return `CAST(given.cells[${at + 1}] AS ${dialect.type(type)}) AS ${dialect.identifier(name)}`;
  });
  const texts = rows.map((row) => columns.map((_column, at) => plainText(row[at] ?? null)));
  const list = `from_json(${dialect.text(JSON.stringify(texts))}, '[["VARCHAR"]]')`;
  return `SELECT ${typed.join(', ')}\nFROM (SELECT unnest(${list}) AS cells) AS given`;
}

const plainText = (value: string | number | boolean | null): string | null =>
  value === null ? null : Object.is(value, -0) ? '-0' : String(value);

function textCell(value: string | number | boolean | null): string {
  if (value === null) return 'CAST(NULL AS VARCHAR)';
  return dialect.text(typeof value === 'number' ? numberText(value) : String(value));
}

/** DuckDB compares names without the case of A to Z, and so do we wherever a column is looked for. */
export const sameName = (left: string, right: string): boolean => foldName(left) === foldName(right);

function printExtend({ input, columns }: Of<'extend'>, context: PrintContext): string {
  const known = new Set(namesOf(input, context).map((name) => foldName(name)));
  const replaced = columns.filter(({ name }) => known.has(foldName(name)));
  const added = columns.filter(({ name }) => !known.has(foldName(name)));
  const star = replaced.length > 0 ? `* REPLACE (${replaced.map(printAlways).join(', ')})` : '*';
  return `SELECT ${[star, ...added.map(printNamed)].join(', ')}\nFROM ${printTable(input, context)}`;
}

/** REPLACE wants the name even where a column stands for itself. */
const printAlways = ({ name, value }: NamedScalar): string =>
  `${printScalar(value)} AS ${dialect.identifier(name)}`;

function extendedNames(names: readonly string[], columns: readonly NamedScalar[]): readonly string[] {
  const added = columns.filter((column) => !names.some((name) => sameName(name, column.name)));
  return [...names, ...added.map((column) => column.name)];
}

const joinWords = {
  inner: 'INNER JOIN',
  left: 'LEFT JOIN',
  right: 'RIGHT JOIN',
  full: 'FULL JOIN',
  semi: 'SEMI JOIN',
  anti: 'ANTI JOIN',
  cross: 'CROSS JOIN',
} as const;

function printJoin({ kind, left, right, on, columns }: Of<'join'>, context: PrintContext): string {
  const lines = [
    `SELECT ${columns.map(printAlways).join(', ')}`,
    `FROM ${printTable(left, context)} AS ${sideAliases.left}`,
    `${joinWords[kind]} ${printTable(right, context)} AS ${sideAliases.right}`,
  ];
  if (kind !== 'cross') lines.push(`ON ${on ? printScalar(on) : 'TRUE'}`);
  return lines.join('\n');
}

/** By name: columns that one side lacks are null there. */
function printUnion({ inputs, distinct }: Of<'union'>, context: PrintContext): string {
  const [first] = inputs;
  assert(first, 'a union has no inputs');
  const all = inputs
    .map((input) => `SELECT * FROM ${printTable(input, context)}`)
    .join('\nUNION ALL BY NAME\n');
  if (!distinct) return all;
  return `SELECT DISTINCT * FROM (\n${indent(all)}\n)`;
}

function unionNames(lists: readonly (readonly string[])[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const name of lists.flat()) if (!seen.has(foldName(name))) seen.set(foldName(name), name);
  return [...seen.values()];
}

function printAggregate({ groups, aggregates }: Of<'aggregate'>, from: string): string {
  const list = printList([...groups, ...aggregates]);
  // By position: a text of the user's is then printed, and evaluated, once.
  const by = groups.length > 0 ? `\nGROUP BY ${groups.map((_group, at) => at + 1).join(', ')}` : '';
  return `SELECT ${list}\nFROM ${from}${by}`;
}

function printSort({ keys }: Of<'sort'>, from: string): string {
  return `SELECT * FROM ${from}${keys.length > 0 ? `\nORDER BY ${keys.map(printSortKey).join(', ')}` : ''}`;
}

/**
 * Numbers the rows, finds each key's winner, keeps the winners. Measured at 500,000 rows it is a little quicker than
 * `qualify row_number() = 1` and, unlike it, streams the rows through in their own order. The row's number is the last
 * part of the sort key, so equal rows never leave the choice to the threads.
 */
function printDedupe({ input, keys, order, keep }: Of<'dedupe'>, context: PrintContext): string {
  const row = dialect.identifier(freeName('row_number', namesOf(input, context)));
  const pick = order.length === 0 ? (keep === 'first' ? `min(${row})` : `max(${row})`) : pickByOrder();
  const by = keys.length > 0 ? ` GROUP BY ${keys.map(groupKey).join(', ')}` : '';
  return [
    'WITH numbered AS (',
    indent(`SELECT *, row_number() OVER () AS ${row} FROM ${printTable(input, context)}`),
    ')',
    `SELECT * EXCLUDE (${row}) FROM numbered`,
    `WHERE ${row} IN (SELECT ${pick} FROM numbered${by})`,
  ].join('\n');

  function pickByOrder(): string {
    const parts = order.map(({ value, descending, nulls }) => {
      return `${printScalar(value)}, '${descending ? 'DESC' : 'ASC'} NULLS ${nulls.toUpperCase()}'`;
    });
    const key = `create_sort_key(${[...parts, `${row}, 'ASC NULLS LAST'`].join(', ')})`;
    return `${keep === 'first' ? 'arg_min' : 'arg_max'}(${row}, ${key})`;
  }
}

/** GROUP BY takes a bare number for a position. */
const groupKey = (key: Scalar): string =>
  key.op === 'literal' ? `(${printScalar(key)} || '')` : printScalar(key);

/** Chosen by a hash of the row's number: DuckDB's own samplers differ from run to run with several threads. */
function printSample({ input, size, seed }: Of<'sample'>, context: PrintContext): string {
  const row = dialect.identifier(freeName('row_number', namesOf(input, context)));
  const numbered = `SELECT *, row_number() OVER () AS ${row} FROM ${printTable(input, context)}`;
  // Hashed twice: the hash of two numbers at once hardly changes their order with the second.
  const draw = `hash(xor(hash(${row}), hash(${wholeNumber(seed)})))`;
  const lines = ['WITH numbered AS (', indent(numbered), ')', `SELECT * EXCLUDE (${row}) FROM numbered`];
  if ('percent' in size)
    return [...lines, `WHERE ${draw} % 1000000 < ${Math.round(size.percent * 10_000)}`].join('\n');
  const chosen = `SELECT ${row} FROM numbered ORDER BY ${draw}, ${row} LIMIT ${count(size.rows)}`;
  return [...lines, `WHERE ${row} IN (${chosen})`, `ORDER BY ${row}`].join('\n');
}

export function freeName(wish: string, taken: readonly string[]): string {
  let name = wish;
  while (taken.some((other) => sameName(other, name))) name = `${name}_`;
  return name;
}

function wholeNumber(value: number): string {
  assert(Number.isSafeInteger(value), `${value} is not a whole number`);
  return String(value);
}

function count(value: number): string {
  assert(value >= 0, `${value} is not a count`);
  return wholeNumber(value);
}

export const indent = (text: string): string => `  ${text}`;
