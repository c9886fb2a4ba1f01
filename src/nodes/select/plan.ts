import { type Column, foldName } from '../../shared/kernel/columns.ts';
import { call, cast, col, compare, input, lit, named, outputs } from '../../shared/plan/build.ts';
import { absentColumn, hiddenPrefix } from '../../shared/plan/received.ts';
import type { ConfigPath, NamedScalar, Scalar } from '../../shared/plan/relation.ts';
import type { PlanContext, PlanFunction } from '../_kit/define-node.ts';
import { columnsAt, findColumn, namesDiffer } from '../_kit/upstream.ts';
import type definition from './definition.ts';

type Config = Parameters<PlanFunction<typeof definition>>[0]['config'];
type Choice = Config['columns'][number];
interface Output extends NamedScalar {
  readonly path: ConfigPath;
}

export const plan: PlanFunction<typeof definition> = (context) => {
  const columns = columnsAt(context);
  const chosen = context.config.columns.map((choice, at) =>
    findColumn(context, columns, choice.column, ['columns', at, 'column']),
  );
  if (!chosen.every((column) => column !== undefined)) return undefined;
  const listed = outputColumns(context.config, columns, chosen);
  if (!someLeft(context, listed) || !namesDiffer(context, listed)) return undefined;
  return outputs({
    rel: 'project',
    input: input(),
    columns: listed.map(({ name, value }) =>
      named(name, name === absentColumn ? renamedAbsent(listed, value) : value),
    ),
  });
};

/** What is kept, in order. A column that `first` leaves over keeps its name and stands behind the chosen ones. */
function outputColumns(config: Config, columns: readonly Column[], chosen: readonly Column[]): Output[] {
  const taken = new Set(chosen.map(({ name }) => foldName(name)));
  const rest = columns
    .filter(({ name }) => !taken.has(foldName(name)))
    .map(({ name }) => ({ name, value: col(name), path: ['columns'] }));
  if (config.mode === 'remove') return rest;
  if (config.mode === 'all') return changedColumns(config, columns, chosen);
  const first = config.columns.map((choice, at) =>
    output(choice, chosen[at]?.name ?? choice.column, at, config),
  );
  return config.mode === 'first' ? [...first, ...rest] : first;
}

/** Every column where it stands; the chosen ones as their choice says. */
function changedColumns(config: Config, columns: readonly Column[], chosen: readonly Column[]): Output[] {
  return columns.flatMap(({ name }) => {
    const changes = config.columns.flatMap((choice, at) =>
      chosen[at]?.name === name ? [output(choice, name, at, config)] : [],
    );
    return changes.length > 0 ? changes : [{ name, value: col(name), path: ['columns'] }];
  });
}

function output({ as, type }: Choice, source: string, at: number, { bad_values }: Config): Output {
  const value = type === undefined ? col(source) : cast(col(source), type, bad_values === 'null');
  return { name: as ?? source, value, path: ['columns', at, as === undefined ? 'column' : 'as'] };
}

function someLeft({ problem }: PlanContext<Config>, listed: readonly Output[]): boolean {
  if (listed.length > 0) return true;
  problem({ code: 'no_columns', path: ['columns'], message: 'No column would be left. Keep at least one.' });
  return false;
}

/**
 * What a received record lacked it lacks under the new name too. A name that another column took over says nothing any more
 * of the one that had it.
 */
function renamedAbsent(listed: readonly Output[], absent: Scalar): Scalar {
  const kept = new Set(listed.filter(({ name, value }) => sourceOf(value) === name).map(({ name }) => name));
  const moved = new Map<string, string | null>();
  for (const { name, value } of listed) {
    const source = sourceOf(value);
    if (source === name) continue;
    if (!moved.has(name)) moved.set(name, null);
    if (source !== undefined && !kept.has(source)) moved.set(source, name);
  }
  if (moved.size === 0) return absent;
  const parameter = `${hiddenPrefix}name`;
  const when = [...moved].map(([from, to]) => ({
    if: compare(col(parameter), '=', lit(from)),
    // biome-ignore lint/suspicious/noThenProperty: the plan's own word; nothing awaits it
    then: lit(to),
  }));
  const body: Scalar = { op: 'case', when, otherwise: col(parameter) };
  return call('list_transform', absent, { op: 'lambda', parameter, body });
}

/** The column that a value is taken from, converted or not. */
function sourceOf(value: Scalar): string | undefined {
  if (value.op === 'cast') return sourceOf(value.of);
  return value.op === 'column' ? value.name : undefined;
}
