import { z } from 'zod';
import { columnName } from '../_kit/config.ts';
import { defineNode, oneInput, oneOutput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { listed } from '../_kit/summary-text.ts';

export const textOperations = [
  { value: 'trim', label: 'Trim spaces at both ends' },
  { value: 'collapse', label: 'Trim, and make runs of spaces one' },
  { value: 'upper', label: 'UPPER CASE' },
  { value: 'lower', label: 'lower case' },
  { value: 'reverse', label: 'Reverse' },
  { value: 'replace', label: 'Find and replace' },
] as const;

export default defineNode({
  kind: 'text',
  version: 1,
  title: 'Text',
  group: 'shape',
  icon: 'case-sensitive',
  description: 'Changes the text in chosen columns: case, spaces, find and replace.',
  keywords: [
    'upper',
    'lower',
    'trim',
    'reverse',
    'replace',
    'clean',
    'string',
    'regex',
    'case',
    'whitespace',
  ],
  inputs: oneInput,
  outputs: oneOutput,
  config: z.strictObject({
    operation: field(z.enum(['trim', 'collapse', 'upper', 'lower', 'reverse', 'replace']), {
      widget: 'choice',
      label: 'Change',
      choices: textOperations,
    }),
    find: field(z.string().max(10_000).default(''), {
      widget: 'text',
      label: 'Find',
      when: { field: 'operation', is: ['replace'] },
    }),
    with: field(z.string().max(10_000).default(''), {
      widget: 'text',
      label: 'Replace with',
      help: 'Empty removes what was found. With a pattern, \\1 stands for the first group.',
      when: { field: 'operation', is: ['replace'] },
    }),
    regex: field(z.boolean().default(false), {
      widget: 'switch',
      label: 'Find is a regular expression',
      when: { field: 'operation', is: ['replace'] },
    }),
    columns: field(z.array(columnName).max(5000).default([]), {
      widget: 'columns',
      label: 'Columns',
      help: 'Without a choice, every text column.',
    }),
  }),
  defaults: { operation: 'trim', columns: [] },
  example: { operation: 'replace', find: '[^0-9]', with: '', regex: true, columns: ['phone'] },
  summary: ({ operation, find, with: replacement, columns }) => {
    const what = operation === 'replace' ? `replace “${find ?? ''}” by “${replacement ?? ''}”` : operation;
    return `${what ?? ''} in ${columns?.length ? listed(columns) : 'all text columns'}`;
  },
  keep: 'stream',
  preservesRows: true,
  vetted: true,
});
