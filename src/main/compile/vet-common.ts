import { nearest } from '../../shared/kernel/nearest.ts';
import {
  aggregateFunctions,
  bareFunctions,
  scalarFunctions,
  volatileFunctions,
  windowFunctions,
} from './allowed-functions.ts';
import { type AstNode, locationOf, nodesOf, textOf } from './ast.ts';

/** Something that a user's text may not hold. `at` counts bytes into the parsed text. */
export class VetError extends Error {
  readonly code: string;
  readonly at: number | undefined;
  constructor(code: string, message: string, at?: number) {
    super(message);
    this.code = code;
    this.at = at;
  }
}

/** What a text turned out to use. */
export interface TextFacts {
  readonly parameters: Set<string>;
  volatile: boolean;
}

export interface FunctionRules {
  readonly aggregates: boolean;
  readonly windows: boolean;
  /** Names of the document's parameters. */
  readonly parameters: ReadonlySet<string>;
  /** Lower-case names of the columns in reach, which go before functions of the same name. */
  readonly columns?: ReadonlySet<string>;
}

export const maximumText = 65_536;
export const maximumNesting = 200;

/** Refuses texts that would cost too much to parse, before anything parses them. */
export function vetSize(text: string): void {
  if (text.trim() === '') throw new VetError('empty_text', 'It is empty.');
  if (Buffer.byteLength(text) > maximumText)
    throw new VetError('text_too_long', 'It is longer than 64 KB. Split it into several steps.');
  if (text.includes('\0')) throw new VetError('invalid_text', 'It holds a NUL character. Remove it.');
  const deep = nestingBeyond(text, maximumNesting);
  if (deep !== undefined) {
    throw new VetError(
      'text_too_deep',
      `Its brackets are nested more than ${maximumNesting} deep. Simplify it.`,
      deep,
    );
  }
}

/** Where brackets first nest deeper than the limit; those in quotes and comments do not count. */
function nestingBeyond(text: string, limit: number): number | undefined {
  const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|[([{]|[)\]}]|\bcase\b|\bend\b/gi;
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (/^(?:[([{]|case)$/i.test(token)) depth += 1;
    else if (/^(?:[)\]}]|end)$/i.test(token)) depth -= 1;
    if (depth > limit) return index;
  }
  return undefined;
}

/** Vets one function or window node (not its arguments). */
export function vetFunction(node: AstNode, rules: FunctionRules, facts: TextFacts): void {
  const name = textOf(node.function_name).toLowerCase();
  const at = locationOf(node);
  const schema = textOf(node.schema).toLowerCase();
  if (textOf(node.catalog) !== '' || (schema !== '' && schema !== 'main')) {
    throw new VetError('function_not_allowed', `Write the function ${name} without a schema.`, at);
  }
  const isWindow = node.class === 'WINDOW';
  const known = scalarFunctions.has(name) || aggregateFunctions.has(name) || windowFunctions.has(name);
  if (!known) throw new VetError('function_not_allowed', unknownFunction(name), at);
  if (isWindow && !rules.windows) {
    throw new VetError(
      'window_not_allowed',
      `${name} over a window cannot be used here. Use a Derive or an SQL step.`,
      at,
    );
  }
  if (!isWindow && windowFunctions.has(name)) {
    throw new VetError(
      'window_not_allowed',
      `${name} needs a window: write ${name}() OVER (ORDER BY ...).`,
      at,
    );
  }
  if (!isWindow && aggregateFunctions.has(name) && !scalarFunctions.has(name) && !rules.aggregates) {
    throw new VetError(
      'aggregate_not_allowed',
      `${name} sums up many rows, which cannot be done here. Use an Aggregate step.`,
      at,
    );
  }
  if (volatileFunctions.has(name)) facts.volatile = true;
}

function unknownFunction(name: string): string {
  const near = nearest(
    name,
    [...scalarFunctions, ...aggregateFunctions].filter((each) => /^[a-z]/.test(each)),
  );
  const hint =
    near.length > 0
      ? ` Did you mean ${near.join(' or ')}?`
      : ' The list of functions is in the help of this field.';
  return `There is no function ${name} here.${hint}`;
}

export function vetParameter(node: AstNode, rules: FunctionRules, facts: TextFacts): void {
  const name = textOf(node.identifier);
  if (!rules.parameters.has(name)) {
    const asked = /^\d+$/.test(name)
      ? 'A parameter needs a name: write $name.'
      : unknownParameter(name, rules);
    throw new VetError('unknown_parameter', asked, locationOf(node));
  }
  facts.parameters.add(name);
}

function unknownParameter(name: string, rules: FunctionRules): string {
  const declared = [...rules.parameters];
  const near = nearest(name, declared);
  const hint =
    near.length > 0
      ? `Did you mean $${near[0]}?`
      : declared.length > 0
        ? `It has: ${declared.map((each) => `$${each}`).join(', ')}.`
        : 'Add it under Parameters.';
  return `The pipeline has no parameter $${name}. ${hint}`;
}

/** Bare words such as current_date parse as columns and are calls all the same. */
export function vetColumn(node: AstNode, rules: FunctionRules, facts: TextFacts): void {
  const names = Array.isArray(node.column_names) ? node.column_names.map(String) : [];
  const [only] = names;
  if (names.length !== 1 || only === undefined) return;
  const name = only.toLowerCase();
  if (!bareFunctions.has(name) || rules.columns?.has(name)) return;
  if (!volatileFunctions.has(name)) {
    throw new VetError('function_not_allowed', `${name} cannot be used here.`, locationOf(node));
  }
  facts.volatile = true;
}

/** The walk's own guard, for trees that are deep without brackets (a chain of operators). */
export const maximumTreeDepth = 1200;

export const onlyKeys = (node: AstNode, allowed: readonly string[]): string | undefined =>
  Object.keys(node).find((key) => !allowed.includes(key));

export { nodesOf };
