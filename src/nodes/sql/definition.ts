import { z } from 'zod';
import { defineNode, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';

export default defineNode({
  kind: 'sql',
  version: 1,
  title: 'SQL',
  group: 'code',
  icon: 'database-zap',
  description: 'Runs one SELECT statement over its inputs.',
  keywords: ['query', 'select', 'code', 'duckdb', 'custom'],
  inputs: [{ name: 'in', label: 'Tables', many: true, optional: true }],
  outputs: oneOutput,
  config: z.strictObject({
    sql: field(z.string().trim().min(1, 'Write a SELECT statement.').max(65_536), {
      widget: 'sql',
      label: 'SQL',
      help: 'One SELECT in DuckDB’s dialect; WITH, joins, subqueries and window functions included. Each input is a table named like its node; a single input is also called input.',
      placeholder: 'select region, sum(amount) as total from input group by region',
    }),
  }),
  defaults: { sql: '' },
  example: { sql: 'select region, count(*) as orders from input group by region' },
  summary: ({ sql }) => sql ?? '',
  keep: 'keep',
  vetted: false,
});
