import { type Column, foldName } from '../../shared/kernel/columns.ts';
import { col } from '../../shared/plan/build.ts';
import type { ConfigPath, SortKey } from '../../shared/plan/relation.ts';
import type { SortKeyConfig } from './config.ts';
import type { PlanContext } from './define-node.ts';
import { nearestNames } from './nearest.ts';

/** What plans do with the columns that arrive: look names up, and report those that are not there. */

type Reports = Pick<PlanContext<unknown>, 'problem'>;
type Inputs = Pick<PlanContext<unknown>, 'inputs'>;

/** Columns of the first wire at a port; none where nothing is wired (which is reported elsewhere). */
export function columnsAt(context: Inputs, port = 'in', index = 0): readonly Column[] {
  return context.inputs[port]?.[index]?.columns ?? [];
}

/**
 * The column a config names, as it is spelled upstream. An unknown one is reported with the names most like it.
 * `from` says whose columns they are where a node has several inputs: "the left input".
 */
export function findColumn(
  context: Reports,
  columns: readonly Column[],
  name: string,
  path: ConfigPath,
  from = 'the input',
): Column | undefined {
  const found = columns.find((column) => foldName(column.name) === foldName(name));
  if (!found) {
    context.problem({
      code: 'unknown_column',
      path: [...path],
      message: `${capital(from)} has no column "${name}". ${advice(name, columns)}`,
    });
  }
  return found;
}

/** All of the named columns; undefined when any is unknown (each is reported). */
export function findColumns(
  context: Reports,
  columns: readonly Column[],
  names: readonly string[],
  path: ConfigPath,
): Column[] | undefined {
  const found = names.map((name, at) => findColumn(context, columns, name, [...path, at]));
  return found.every((column) => column !== undefined) ? found : undefined;
}

/** Sort keys of a config as the plan has them; undefined when a column is unknown. */
export function sortKeys(
  context: Reports,
  columns: readonly Column[],
  keys: readonly SortKeyConfig[],
  path: ConfigPath,
): SortKey[] | undefined {
  const found = keys.map(({ column, descending, nulls }, at) => {
    const known = findColumn(context, columns, column, [...path, at, 'column']);
    return known && { value: col(known.name), descending, nulls };
  });
  return found.every((key) => key !== undefined) ? found : undefined;
}

/** Reports every name that an earlier one already has (case aside); true when all differ. */
export function namesDiffer(
  context: Reports,
  names: readonly { readonly name: string; readonly path: ConfigPath }[],
): boolean {
  const seen = new Map<string, string>();
  let differ = true;
  for (const { name, path } of names) {
    const earlier = seen.get(foldName(name));
    if (earlier === undefined) seen.set(foldName(name), name);
    else {
      differ = false;
      context.problem({ code: 'duplicate_column', path: [...path], message: clash(name, earlier) });
    }
  }
  return differ;
}

function clash(name: string, earlier: string): string {
  const reason = name === earlier ? '' : ' Names that differ only in upper and lower case count as the same.';
  return `There would be two columns named "${name}".${reason} Give one of them another name.`;
}

function advice(name: string, columns: readonly Column[]): string {
  if (columns.length === 0) return 'It brings no columns.';
  const near = nearestNames(
    name,
    columns.map((column) => column.name),
  );
  if (near.length > 0) return `Did you mean ${quoted(near, 'or')}?`;
  const some = columns.slice(0, 8).map((column) => column.name);
  return `It has ${quoted(some, 'and')}${columns.length > some.length ? ' among others' : ''}.`;
}

function quoted(names: readonly string[], word: 'and' | 'or'): string {
  const shown = names.map((name) => `"${name}"`);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${word} ${shown.at(-1)}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
