import { type Completion, type CompletionSource, snippetCompletion } from '@codemirror/autocomplete';
import type { Column } from '../../../../shared/kernel/columns.ts';
import { type FunctionHelp, scalarFunctions, windowFunctions } from './functions.ts';

export interface Suggestions {
  readonly columns: readonly Column[];
  /** Declared parameters of the pipeline. */
  readonly parameters: readonly string[];
  /** Tables of an SQL step. */
  readonly tables?: readonly string[];
  readonly windows?: boolean;
}

/** A column's name as SQL takes it. */
export const columnText = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** What an expression may name, columns first. */
export function suggestionsFor({
  columns,
  parameters,
  tables = [],
  windows = false,
}: Suggestions): Completion[] {
  const functions = windows ? [...scalarFunctions, ...windowFunctions] : scalarFunctions;
  return [
    ...columns.map(
      ({ name, type }): Completion => ({
        label: name,
        detail: type,
        type: 'property',
        apply: columnText(name),
        boost: 3,
      }),
    ),
    ...tables.map((name): Completion => ({ label: name, detail: 'table', type: 'class', boost: 2 })),
    ...parameters.map(
      (name): Completion => ({ label: `$${name}`, detail: 'parameter', type: 'variable', boost: 1 }),
    ),
    ...functions.map(functionCompletion),
    ...words.map((label): Completion => ({ label, type: 'keyword', boost: -1 })),
  ];
}

const words = [
  'and',
  'or',
  'not',
  'is null',
  'is not null',
  'in',
  'between',
  'like',
  'ilike',
  'true',
  'false',
  'null',
  'interval',
];

function functionCompletion({ name, signature, help }: FunctionHelp): Completion {
  const holes = signature.replace(/\(([^()]*)\)/, (_call, inside: string) => {
    const parts = inside.split(', ').filter((part) => part !== '...' && part !== '');
    return `(${parts.map((part) => `\${${part}}`).join(', ')})`;
  });
  return snippetCompletion(holes, { label: name, displayLabel: signature, detail: help, type: 'function' });
}

/** Completion over the columns, functions and `$parameters`; names in double quotes are completed too. */
export function completionSource(suggestions: Suggestions): CompletionSource {
  const options = suggestionsFor(suggestions);
  return (context) => {
    const word = context.matchBefore(/[$"]?[\p{L}_][\p{L}\p{N}_]*|\$/u);
    if (!word && !context.explicit) return null;
    return { from: word?.from ?? context.pos, options, validFor: /^[$"]?[\p{L}\p{N}_]*$/u };
  };
}
