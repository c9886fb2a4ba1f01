import { type Column, foldName } from '../../shared/kernel/columns.ts';
import { cast, col, input, named, outputs } from '../../shared/plan/build.ts';
import type { ConfigPath, NamedScalar } from '../../shared/plan/relation.ts';
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
    columns: listed.map(({ name, value }) => named(name, value)),
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
