import { outputs } from '../../shared/plan/build.ts';
import type { CsvOptions, JsonOptions, Relation } from '../../shared/plan/relation.ts';
import { partKey } from '../../shared/sources/source-part.ts';
import type { PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

type Config = Parameters<PlanFunction<typeof definition>>[0]['config'];

export const plan: PlanFunction<typeof definition> = ({ config }) => outputs(reader(config));

function reader(config: Config): Relation {
  const { source, path, format } = config;
  // The file is fetched before the run, and found by the key of the part.
  const file = { path: partKey({ source, path }), configPath: ['path'], source };
  switch (format) {
    case 'csv':
      return { rel: 'read-csv', file, options: csvOptions(config) };
    case 'json':
      return { rel: 'read-json', file, options: jsonOptions(config) };
    case 'parquet':
      return { rel: 'read-parquet', file };
  }
}

/** Options that were left empty are left out, which is how detection is asked for. */
function csvOptions(config: Config): CsvOptions {
  const nulls = config.null_texts.filter((text) => text !== '');
  return {
    ...(config.delimiter === '' ? {} : { delimiter: config.delimiter === '\\t' ? '\t' : config.delimiter }),
    ...(config.header === 'auto' ? {} : { header: config.header === 'yes' }),
    ...(config.encoding === 'utf-8' ? {} : { encoding: config.encoding }),
    ...(nulls.length > 0 ? { nullText: ['', ...nulls] } : {}),
    ...typesOf(config),
    ...(config.read_as === 'text' ? { allText: true } : {}),
    badRows: config.bad_rows,
  };
}

function jsonOptions(config: Config): JsonOptions {
  const { bad_rows: badRows, records_at: recordsAt } = config;
  return { format: 'auto', badRows, ...(recordsAt === '' ? {} : { recordsAt }), ...typesOf(config) };
}

const typesOf = ({ types }: Config): { types?: Config['types'] } =>
  Object.keys(types).length > 0 ? { types } : {};
