import { outputs } from '../../shared/plan/build.ts';
import type { CsvOptions } from '../../shared/plan/relation.ts';
import type { PlanContext, PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

type Config = Parameters<PlanFunction<typeof definition>>[0]['config'];

export const plan: PlanFunction<typeof definition> = (context) => {
  if (!marksAreDistinct(context)) return undefined;
  const file = { path: context.config.path, configPath: ['path'] };
  return outputs({ rel: 'read-csv', file, options: csvOptions(context.config) });
};

/** Options that were left empty are left out, which is how detection is asked for. */
function csvOptions(config: Config): CsvOptions {
  const nulls = config.null_texts.filter((text) => text !== '');
  return {
    ...given('delimiter', mark(config.delimiter)),
    ...given('quote', mark(config.quote)),
    ...given('escape', mark(config.escape)),
    ...given('header', header(config.header)),
    ...given('dateFormat', config.date_format),
    ...given('timestampFormat', config.timestamp_format),
    ...(config.encoding === 'utf-8' ? {} : { encoding: config.encoding }),
    // DuckDB's own default is the empty text alone; a list replaces it, so it stays in the list.
    ...(nulls.length > 0 ? { nullText: ['', ...nulls] } : {}),
    ...(config.decimal_separator === '.' ? {} : { decimalSeparator: config.decimal_separator }),
    ...(config.skip_lines > 0 ? { skipLines: config.skip_lines } : {}),
    ...(Object.keys(config.types).length > 0 ? { types: config.types } : {}),
    ...(config.read_as === 'text' ? { allText: true } : {}),
    ...(config.read_as === 'detect' && config.keep_leading_zeros ? { keepLeadingZeros: true } : {}),
    badRows: config.bad_rows,
  };
}

function given<Key extends string, Value>(key: Key, value: Value | undefined): { [Name in Key]?: Value } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [Name in Key]?: Value });
}

/** People write a tab as \t. */
const mark = (text: string): string => (text === '\\t' ? '\t' : text);

function header(value: Config['header']): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'auto' ? undefined : value === 'yes';
}

function marksAreDistinct({ config, problem }: PlanContext<Config>): boolean {
  const delimiter = mark(config.delimiter);
  if (delimiter === '' || (delimiter !== mark(config.quote) && delimiter !== mark(config.escape)))
    return true;
  problem({
    code: 'invalid_config',
    path: ['delimiter'],
    message: 'The delimiter is also the quote or the escape character. Choose another for one of them.',
  });
  return false;
}
