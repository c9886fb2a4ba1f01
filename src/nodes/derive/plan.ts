import { type Column, foldName } from '../../shared/kernel/columns.ts';
import { expression, input, named, outputs } from '../../shared/plan/build.ts';
import type { NamedScalar, Relation } from '../../shared/plan/relation.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import { columnsAt, namesDiffer } from '../_kit/upstream.ts';
import type definition from './definition.ts';

interface Made {
  readonly text: string;
  readonly column: NamedScalar;
}

export const plan: PlanFunction<typeof definition> = (context) => {
  const { columns } = context.config;
  const upstream = columnsAt(context);
  const names = columns.map(({ name }, at) => ({ name, path: ['columns', at, 'name'] }));
  if (!namesDiffer(context, names)) return undefined;
  const made = columns.map(({ name, expression: text }, at) => ({
    text,
    column: named(spelled(name, upstream), expression(text, ['columns', at, 'expression'])),
  }));
  return outputs(
    stages(made).reduce<Relation>((rows, added) => ({ rel: 'extend', input: rows, columns: added }), input()),
  );
};

/** A replaced column keeps the spelling it has upstream: DuckDB takes both for the same column. */
function spelled(name: string, upstream: readonly Column[]): string {
  return upstream.find((column) => foldName(column.name) === foldName(name))?.name ?? name;
}

/**
 * Columns in as few steps as possible. Two share a step only when neither text may mention the other's name: within
 * one SELECT a name made beside it means the old column to one reader of SQL and the new one to another.
 * Text that only looks like a mention costs a step and changes nothing.
 */
function stages(made: readonly Made[]): NamedScalar[][] {
  const steps: Made[][] = [];
  for (const one of made) {
    const current = steps.at(-1);
    if (current?.every((other) => independent(one, other))) current.push(one);
    else steps.push([one]);
  }
  return steps.map((step) => step.map(({ column }) => column));
}

const independent = (one: Made, other: Made): boolean =>
  !mayMention(one.text, other.column.name) && !mayMention(other.text, one.column.name);

function mayMention(text: string, name: string): boolean {
  const folded = foldName(text);
  const wanted = foldName(name);
  return folded.includes(wanted) || folded.includes(wanted.replaceAll('"', '""'));
}
