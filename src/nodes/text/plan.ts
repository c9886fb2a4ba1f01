import { type Column, typeFamily } from '../../shared/kernel/columns.ts';
import { call, col, input, lit, named, outputs } from '../../shared/plan/build.ts';
import type { Scalar } from '../../shared/plan/relation.ts';
import type { PlanContext, PlanFunction } from '../_kit/define-node.ts';
import { columnsAt, findColumn } from '../_kit/upstream.ts';
import type definition from './definition.ts';

type Config = Parameters<PlanFunction<typeof definition>>[0]['config'];

export const plan: PlanFunction<typeof definition> = (context) => {
  const columns = chosenColumns(context);
  if (!columns || !hasSearch(context)) return undefined;
  const changed = columns.map(({ name }) => named(name, change(context.config, col(name))));
  return outputs(changed.length > 0 ? { rel: 'extend', input: input(), columns: changed } : input());
};

/** The chosen columns, or all of text; an unknown one and one of another type are reported. */
function chosenColumns(context: PlanContext<Config>): Column[] | undefined {
  const upstream = columnsAt(context);
  const { columns } = context.config;
  if (columns.length === 0) return upstream.filter(isText);
  const chosen = columns.map((name, at) => textColumn(context, upstream, name, at));
  return chosen.every((column) => column !== undefined) ? uniqueByName(chosen) : undefined;
}

function textColumn(
  context: PlanContext<Config>,
  upstream: readonly Column[],
  name: string,
  at: number,
): Column | undefined {
  const column = findColumn(context, upstream, name, ['columns', at]);
  if (!column || isText(column)) return column;
  context.problem({
    code: 'wrong_type',
    path: ['columns', at],
    message: `The column "${column.name}" is ${column.type}, not text. Change its type in a Select step first.`,
  });
  return undefined;
}

const isText = ({ type }: Column): boolean => typeFamily(type) === 'text';

const uniqueByName = (columns: readonly Column[]): Column[] => [
  ...new Map(columns.map((column) => [column.name, column])).values(),
];

function hasSearch({ config, problem }: PlanContext<Config>): boolean {
  if (config.operation !== 'replace' || config.find !== '') return true;
  problem({ code: 'invalid_config', path: ['find'], message: 'Write the text to find.' });
  return false;
}

// Every kind of space counts, tabs, line ends and no-break spaces too: what people paste holds them all.
const space = '[\\s\\p{Z}]+';

function change(config: Config, of: Scalar): Scalar {
  switch (config.operation) {
    case 'trim':
      return trimmed(of);
    case 'collapse':
      return trimmed(call('regexp_replace', of, lit(space), lit(' '), lit('g')));
    case 'replace':
      return config.regex
        ? call('regexp_replace', of, lit(config.find), lit(config.with), lit('g'))
        : call('replace', of, lit(config.find), lit(config.with));
    default:
      return call(config.operation, of);
  }
}

const trimmed = (of: Scalar): Scalar =>
  call('regexp_replace', of, lit(`^${space}|${space}$`), lit(''), lit('g'));
