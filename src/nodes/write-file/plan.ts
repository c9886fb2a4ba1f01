import { input } from '../../shared/plan/build.ts';
import type { PlanContext, PlanFunction } from '../_kit/define-node.ts';
import type definition from './definition.ts';

type Config = Parameters<PlanFunction<typeof definition>>[0]['config'];

export const plan: PlanFunction<typeof definition> = (context) => {
  const { path, format, header, spreadsheet_safe: spreadsheetSafe } = context.config;
  warnOfEnding(context);
  const delimiter = context.config.delimiter.replace('\\t', '\t');
  const csv = format === 'csv' ? { csv: { delimiter, header, spreadsheetSafe } } : {};
  const file = { path, configPath: ['path'] };
  return { outputs: {}, sink: { input: input(), action: { sink: 'write-file', file, format, ...csv } } };
};

const endings: Record<string, Config['format']> = {
  csv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
};

/** The format is never guessed from the name, so a name that promises another one is pointed out. */
function warnOfEnding({ config, problem }: PlanContext<Config>): void {
  const ending = /\.([a-z]+)$/i.exec(config.path)?.[1]?.toLowerCase() ?? '';
  const promised = Object.hasOwn(endings, ending) ? endings[ending] : undefined;
  if (promised === undefined || promised === config.format) return;
  problem({
    code: 'unexpected_ending',
    severity: 'warning',
    path: ['format'],
    message: `The file ends in .${ending} but is written as ${config.format}. Change the format or the name.`,
  });
}
