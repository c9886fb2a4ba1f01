import { z } from 'zod';
import { defineNode, oneInput } from '../_kit/define-node.ts';
import { field } from '../_kit/field.ts';
import { counted, listed } from '../_kit/summary-text.ts';
import { columnRule, rowSchema } from './rule.ts';

export default defineNode({
  kind: 'validate',
  version: 1,
  title: 'Validate',
  group: 'check',
  icon: 'shield-check',
  description: 'Checks every row by rules or a JSON Schema; rows that break them leave aside with reasons.',
  keywords: ['check', 'quality', 'rules', 'json schema', 'reject', 'constraint', 'required', 'expect'],
  inputs: oneInput,
  outputs: [
    { name: 'out', label: 'Valid' },
    { name: 'rejected', label: 'Rejected' },
  ],
  config: z
    .strictObject({
      rules: field(z.array(columnRule).max(1000).default([]), {
        widget: 'row-rules',
        label: 'Rules',
        help: 'Each names a column and what its values must be like, or a condition over the whole row. An empty value only breaks "required".',
      }),
      schema: field(rowSchema.optional(), {
        widget: 'json',
        label: 'JSON Schema',
        help: 'The schema of one row, whose columns are its properties. Rules and a schema may be given together.',
        placeholder: '{"required": ["id"], "properties": {"amount": {"minimum": 0}}}',
      }),
      on_fail: field(z.enum(['reject', 'fail']).default('reject'), {
        widget: 'choice',
        label: 'When a row breaks a rule',
        choices: [
          { value: 'reject', label: 'Put it aside, with the reasons' },
          { value: 'fail', label: 'Fail the run' },
        ],
      }),
      nulls: field(z.enum(['missing', 'null']).default('missing'), {
        widget: 'choice',
        label: 'To the JSON Schema an empty value is',
        choices: [
          { value: 'missing', label: 'A property that is not there' },
          { value: 'null', label: 'The value null' },
        ],
        advanced: true,
      }),
    })
    .refine(({ rules, schema }) => rules.length > 0 || schema !== undefined, {
      message: 'Add a rule, or a JSON Schema.',
      path: ['rules'],
    }),
  defaults: { rules: [], on_fail: 'reject' },
  example: {
    rules: [
      { column: 'email', required: true, format: 'email' },
      { column: 'amount', type: 'number', min: 0 },
      { condition: 'shipped_at >= ordered_at', message: 'shipped before it was ordered' },
    ],
    on_fail: 'reject',
  },
  summary: ({ rules, schema, on_fail }) => {
    const names = listed([...new Set(rules?.map(({ column }) => column ?? 'condition'))]);
    const what = [
      schema ? 'JSON Schema' : '',
      rules?.length ? `${counted(rules.length, 'rule')} (${names})` : '',
    ]
      .filter((part) => part !== '')
      .join(' and ');
    return what === '' ? '' : `${what}${on_fail === 'fail' ? ', else fail' : ''}`;
  },
  keep: 'keep',
  vetted: true,
});
