import { type Column, foldName, typeFamily } from '../../shared/kernel/columns.ts';
import { call, col, input, lit, named, outputs } from '../../shared/plan/build.ts';
import type { Scalar } from '../../shared/plan/relation.ts';
import type { PlanContext, PlanFunction } from '../_kit/define-node.ts';
import { columnsAt, findColumn } from '../_kit/upstream.ts';
import type definition from './definition.ts';
import type { Fill } from './definition.ts';

type Context = PlanContext<Parameters<PlanFunction<typeof definition>>[0]['config']>;

export const plan: PlanFunction<typeof definition> = (context) => {
  const columns = columnsAt(context);
  const lines = context.config.fills.map((fill, at) => fillLine(context, columns, fill, at));
  if (!lines.every((line) => line !== undefined)) return undefined;
  const filled = columns.flatMap(({ name }) => {
    const fillers = lines.flatMap((line) => line.get(foldName(name)) ?? []);
    return fillers.length > 0 ? [named(name, call('coalesce', col(name), ...fillers))] : [];
  });
  return outputs(filled.length > 0 ? { rel: 'extend', input: input(), columns: filled } : input());
};

/** What one line puts in for the nulls of which columns; undefined when it is wrong (which is reported). */
function fillLine(
  context: Context,
  columns: readonly Column[],
  fill: Fill,
  at: number,
): Map<string, Scalar> | undefined {
  const path = ['fills', at];
  const targets = fill.every
    ? columns.filter((column) => fits(column, fill))
    : [findColumn(context, columns, fill.column ?? '', [...path, 'column'])];
  const from =
    fill.with === 'column' ? findColumn(context, columns, fill.from ?? '', [...path, 'from']) : undefined;
  if (fill.with === 'column' && !from) return undefined;
  const line = new Map<string, Scalar>();
  for (const target of targets) {
    const filler = target && fillerFor(context, target, fill, from, at);
    if (!target || !filler) return undefined;
    line.set(foldName(target.name), filler);
  }
  return line;
}

/** The columns that `every` means: of "any", those that the value can stand in. */
function fits(column: Column, { every, with: filler, value }: Fill): boolean {
  const family = typeFamily(column.type);
  if (every !== 'any') return family === every;
  if (filler === 'zero') return family === 'number';
  if (filler === 'empty_text') return family === 'text';
  if (filler === 'column') return true;
  if (typeof value === 'number') return family === 'number';
  return typeof value === 'boolean' ? family === 'boolean' : family === 'text';
}

function fillerFor(
  context: Context,
  target: Column,
  { with: filler, value = '' }: Fill,
  from: Column | undefined,
  at: number,
): Scalar | undefined {
  const family = typeFamily(target.type);
  const refuse = (what: string): undefined =>
    void context.problem({
      code: 'wrong_type',
      path: ['fills', at, filler === 'value' ? 'value' : 'with'],
      message: `The column "${target.name}" is ${target.type}, and ${what}. Choose another value, or change its type in a Select step.`,
    });
  if (filler === 'zero') return family === 'number' ? lit(0, target.type) : refuse('0 is a number');
  if (filler === 'empty_text') return family === 'text' ? lit('', 'VARCHAR') : refuse('an empty text is not');
  if (filler === 'column') {
    if (from && typeFamily(from.type) !== family) return refuse(`"${from.name}" is ${from.type}`);
    return from && col(from.name);
  }
  if (!valueFits(value, target)) return refuse(`${JSON.stringify(value)} does not fit it`);
  // An enum or a UUID becomes text: a new value need not be one of theirs.
  return family === 'text' ? lit(String(value), 'VARCHAR') : lit(value, target.type);
}

/** Numbers and booleans are judged here; the texts of dates and the like by DuckDB when it reads the value. */
function valueFits(value: string | number | boolean, { type }: Column): boolean {
  const family = typeFamily(type);
  if (family === 'boolean') return typeof value === 'boolean' || value === 'true' || value === 'false';
  if (family !== 'number') return true;
  const text = typeof value === 'boolean' ? '' : String(value).trim();
  // A cast would round 1.5 to 2 without a word.
  return /INT|BIGNUM/i.test(type) ? /^[+-]?\d+$/.test(text) : text !== '' && Number.isFinite(Number(text));
}
