import { type Column, foldName } from '../../shared/kernel/columns.ts';
import { all, call, cast, col, compare, input, named, outputs } from '../../shared/plan/build.ts';
import type { JoinKind, NamedScalar, Relation, Scalar } from '../../shared/plan/relation.ts';
import type { PlanContext, PlanFunction } from '../_kit/define-node.ts';
import { columnsAt, findColumn } from '../_kit/upstream.ts';
import type definition from './definition.ts';
import { comparison } from './key-types.ts';

type Config = Parameters<PlanFunction<typeof definition>>[0]['config'];
type Context = PlanContext<Config>;
interface KeyPair {
  readonly left: Column;
  readonly right: Column;
}

export const plan: PlanFunction<typeof definition> = (context) => {
  const left = columnsAt(context, 'left');
  const right = columnsAt(context, 'right');
  const pairs = keyPairs(context, left, right);
  const columns = pairs && joinedColumns(context, left, right, pairs);
  if (!columns) return undefined;
  const on = all(...pairs.map(keysEqual));
  const kind = context.config.how;
  if (!context.config.keep_order)
    return outputs({ rel: 'join', kind, left: input('left'), right: input('right'), on, columns });
  return outputs(inOrder(kind, on, columns, [...left, ...right, ...columns]));
};

/** The joined rows in the order in which both sides bring them: each row gets its place before the join. */
function inOrder(
  kind: JoinKind,
  on: Scalar,
  columns: readonly NamedScalar[],
  taken: readonly { readonly name: string }[],
): Relation {
  const places = { left: freePlace('left_place', taken), right: freePlace('right_place', taken) };
  const leftOnly = kind === 'semi' || kind === 'anti';
  const sides = leftOnly ? (['left'] as const) : (['left', 'right'] as const);
  const placed = (side: 'left' | 'right'): Relation => ({
    rel: 'extend',
    input: input(side),
    columns: [named(places[side], { op: 'row-number' })],
  });
  const joined: Relation = {
    rel: 'join',
    kind,
    left: placed('left'),
    right: leftOnly ? input('right') : placed('right'),
    on,
    columns: [...columns, ...sides.map((side) => named(places[side], col(places[side], side)))],
  };
  const keys = sides.map((side) => ({ value: col(places[side]), descending: false, nulls: 'last' as const }));
  return {
    rel: 'project',
    input: { rel: 'sort', input: joined, keys },
    columns: columns.map(({ name }) => named(name, col(name))),
  };
}

function freePlace(wish: string, taken: readonly { readonly name: string }[]): string {
  let name = wish;
  while (taken.some((column) => foldName(column.name) === name)) name = `${name}_`;
  return name;
}

/** The key columns as they are upstream; undefined when one is unknown or two cannot be compared. */
function keyPairs(
  context: Context,
  left: readonly Column[],
  right: readonly Column[],
): KeyPair[] | undefined {
  const pairs = context.config.keys.map((key, at) => {
    const path = ['keys', at];
    const mine = findColumn(context, left, key.left, [...path, 'left'], 'the left input');
    const theirs = findColumn(context, right, key.right, [...path, 'right'], 'the right input');
    return mine && theirs && comparable(context, { left: mine, right: theirs }, at)
      ? { left: mine, right: theirs }
      : undefined;
  });
  return pairs.every((pair) => pair !== undefined) ? pairs : undefined;
}

function comparable({ problem }: Context, { left, right }: KeyPair, at: number): boolean {
  if (comparison(left.type, right.type) !== 'none') return true;
  problem({
    code: 'key_types_differ',
    path: ['keys', at],
    message: `"${left.name}" is ${left.type} on the left, and "${right.name}" is ${right.type} on the right; they cannot be compared. Change the type of one in a Select step before the join.`,
  });
  return false;
}

/** Plain equality: null is equal to nothing, so an empty key never matches. */
function keysEqual({ left, right }: KeyPair): Scalar {
  const asText = comparison(left.type, right.type) === 'as-text';
  const side = (name: string, which: 'left' | 'right'): Scalar =>
    asText ? cast(col(name, which), 'VARCHAR') : col(name, which);
  return compare(side(left.name, 'left'), '=', side(right.name, 'right'));
}

/** The left columns, then the right ones that are not a key of the same name; clashing names get the suffix. */
function joinedColumns(
  context: Context,
  left: readonly Column[],
  right: readonly Column[],
  pairs: readonly KeyPair[],
): NamedScalar[] | undefined {
  const { how, suffix } = context.config;
  if (how === 'semi' || how === 'anti') return left.map(({ name }) => named(name, col(name, 'left')));
  const shared = pairs.filter((pair) => foldName(pair.left.name) === foldName(pair.right.name));
  const taken = takenColumns(context, right);
  if (!taken) return undefined;
  const joined = left.map(({ name }) => named(name, leftValue(name, shared, how)));
  const names = new Set([...left, ...taken].map(({ name }) => foldName(name)));
  const clashing = new Set(left.map(({ name }) => foldName(name)));
  for (const { name } of taken) {
    if (shared.some((pair) => pair.right.name === name)) continue;
    const free = clashing.has(foldName(name)) ? suffixed(name, suffix, names) : name;
    if (free === undefined) return void reportClash(context, name);
    names.add(foldName(free));
    joined.push(named(free, col(name, 'right')));
  }
  return joined;
}

/** The right columns that are wanted, in their own order; all where none is chosen. */
function takenColumns(context: Context, right: readonly Column[]): readonly Column[] | undefined {
  const { take } = context.config;
  const found = take.map((name, at) => findColumn(context, right, name, ['take', at], 'the right input'));
  if (!found.every((column) => column !== undefined)) return undefined;
  return take.length === 0 ? right : right.filter((column) => found.includes(column));
}

/** A shared key holds whichever side's value there is; where the left row always exists, that is the left one. */
function leftValue(name: string, shared: readonly KeyPair[], how: Config['how']): Scalar {
  const pair = shared.find((one) => one.left.name === name);
  if (!pair || how === 'inner' || how === 'left') return col(name, 'left');
  return call('coalesce', col(name, 'left'), col(pair.right.name, 'right'));
}

function suffixed(name: string, suffix: string, taken: ReadonlySet<string>): string | undefined {
  if (suffix === '') return undefined;
  let wish = name + suffix;
  while (taken.has(foldName(wish))) wish += suffix;
  return wish;
}

function reportClash({ problem }: Context, name: string): void {
  problem({
    code: 'duplicate_column',
    path: ['suffix'],
    message: `Both inputs have a column "${name}". Write a suffix for the right one, or rename it before the join.`,
  });
}
