import { nearest } from '../../shared/kernel/nearest.ts';
import { tableFunctions } from './allowed-functions.ts';
import { type AstNode, childrenOf, locationOf, nodesOf, readStatements, textOf } from './ast.ts';
import type { Oracle } from './oracle.ts';
import {
  type FunctionRules,
  maximumTreeDepth,
  type TextFacts,
  VetError,
  vetColumn,
  vetFunction,
  vetParameter,
  vetSize,
} from './vet-common.ts';
import { parseMessage } from './vet-expression.ts';

/** Names a query may read from: the step's inputs and the WITH names in reach. Lower case. */
type Scope = ReadonlySet<string>;

interface Walk {
  readonly rules: FunctionRules;
  readonly facts: TextFacts;
  /** The step's inputs, as they are written. */
  readonly tables: readonly string[];
}

/**
 * Proves that a text is exactly one SELECT that reads only from `tables` and calls only allowed functions.
 * WITH names are followed with their scope: a name out of reach would make DuckDB look for a file of that name.
 */
export async function vetSql(
  text: string,
  tables: readonly string[],
  names: Pick<FunctionRules, 'parameters' | 'columns'>,
  oracle: Oracle,
): Promise<TextFacts> {
  vetSize(text);
  const facts = await vetStatement(text, tables, names, oracle);
  // What is printed is what must be sound, so a text that loses its semicolon is looked at once more.
  const printed = withoutEnd(text);
  if (printed !== text.trim()) await vetStatement(printed, tables, names, oracle);
  return facts;
}

async function vetStatement(
  text: string,
  tables: readonly string[],
  names: Pick<FunctionRules, 'parameters' | 'columns'>,
  oracle: Oracle,
): Promise<TextFacts> {
  const parsed = readStatements(await oracle.parse(text));
  if (parsed.failure) {
    throw new VetError('syntax_error', parseMessage(parsed.failure.message), parsed.failure.position);
  }
  const [statement, second] = parsed.statements;
  if (!statement || second) throw new VetError('not_one_select', 'Write exactly one SELECT.');
  const facts: TextFacts = { parameters: new Set(), volatile: false };
  const rules: FunctionRules = { aggregates: true, windows: true, ...names };
  const scope = new Set(tables.map((name) => name.toLowerCase()));
  vetAny(statement.node as AstNode, scope, { rules, facts, tables }, 0);
  return facts;
}

const lexemes =
  /[eE]'(?:\\.|''|[^'\\])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|;/g;

/**
 * A statement may end in a semicolon, a part of one may not. The text was vetted to be one statement, so all that
 * follows its first semicolon is comment.
 */
export function withoutEnd(text: string): string {
  for (const { 0: token, index } of text.matchAll(lexemes))
    if (token === ';') return text.slice(0, index).trim();
  return text.trim();
}

const queryTypes = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE', 'CTE_NODE']);
const tableTypes = new Set([
  'EMPTY',
  'SUBQUERY',
  'JOIN',
  'EXPRESSION_LIST',
  'PIVOT',
  'BASE_TABLE',
  'TABLE_FUNCTION',
]);
const harmless = new Set(
  'CONSTANT COMPARISON CONJUNCTION OPERATOR CASE CAST BETWEEN COLLATE LAMBDA STAR SUBQUERY POSITIONAL_REFERENCE DEFAULT'.split(
    ' ',
  ),
);

function vetAny(node: AstNode, scope: Scope, walk: Walk, depth: number): void {
  if (depth > maximumTreeDepth) throw new VetError('text_too_deep', 'It is nested too deep. Simplify it.');
  let inner = scope;
  if (node.class !== undefined) vetExpressionNode(node, walk);
  else if (queryTypes.has(textOf(node.type))) inner = withNames(node, scope, walk, depth);
  else if (isTableRef(node)) vetTable(node, scope, walk);
  for (const child of childrenToVisit(node)) vetAny(child, inner, walk, depth + 1);
}

/** WITH queries are vetted, each in its own scope, when their names are gathered. */
function childrenToVisit(node: AstNode): readonly AstNode[] {
  if (!queryTypes.has(textOf(node.type)) || node.class !== undefined) return childrenOf(node);
  const { cte_map: _gathered, ...rest } = node;
  return childrenOf(rest);
}

/** Vets the WITH queries of a query in order, and gives the scope that its own parts see. */
function withNames(node: AstNode, scope: Scope, walk: Walk, depth: number): Scope {
  const visible = new Set(scope);
  const map = node.cte_map as AstNode | undefined;
  for (const entry of nodesOf(map?.map)) {
    const name = textOf(entry.key).toLowerCase();
    const value = entry.value as AstNode;
    vetAny(value, visible, walk, depth + 1);
    visible.add(name);
  }
  // A recursive query may name itself; so may a CTE node's right-hand side.
  const own = textOf(node.cte_name ?? node.ctename).toLowerCase();
  if (own !== '') visible.add(own);
  return visible;
}

/** Tables have a type but no class, and so have modifiers and types: these types are the tables'. */
function isTableRef(node: AstNode): boolean {
  const type = textOf(node.type);
  if (tableTypes.has(type)) return true;
  if (['SHOW_REF', 'COLUMN_DATA', 'DELIM_GET', 'BOUND_TABLE_REF', 'CTE', 'INVALID'].includes(type)) {
    throw new VetError(
      'table_not_allowed',
      'DESCRIBE, SHOW and SUMMARIZE are not possible here. Write a SELECT.',
    );
  }
  return false;
}

function vetTable(node: AstNode, scope: Scope, { tables }: Walk): void {
  if (node.type === 'TABLE_FUNCTION') {
    const call = node.function as AstNode;
    const name = textOf(call?.function_name).toLowerCase();
    if (tableFunctions.has(name)) return;
    const text = `${name}(...) cannot be used as a table: a step reads only from its inputs. Add a source step and wire it here.`;
    throw new VetError('table_not_allowed', text, locationOf(call ?? node));
  }
  if (node.type !== 'BASE_TABLE') return;
  const name = textOf(node.table_name);
  const qualified = textOf(node.schema_name) !== '' || textOf(node.catalog_name) !== '';
  if (!qualified && scope.has(name.toLowerCase())) return;
  throw new VetError('unknown_table', unknownTable(name, tables), locationOf(node));
}

function unknownTable(name: string, tables: readonly string[]): string {
  const near = nearest(name, tables)[0];
  const inputs =
    tables.length > 0 ? `Its inputs are: ${tables.join(', ')}.` : 'It has no inputs yet; wire one.';
  return `There is no table "${name}" here. ${near ? `Did you mean ${near}? ` : ''}${inputs}`;
}

function vetExpressionNode(node: AstNode, { rules, facts }: Walk): void {
  const kind = textOf(node.class);
  if (harmless.has(kind)) return;
  if (kind === 'COLUMN_REF') vetColumn(node, rules, facts);
  else if (kind === 'PARAMETER') vetParameter(node, rules, facts);
  else if (kind === 'FUNCTION' || kind === 'WINDOW') vetCall(node, rules, facts);
  else throw new VetError('not_allowed', `${kind.toLowerCase()} cannot be used here.`, locationOf(node));
}

/** A table function's call was vetted with its table; unnest and its like may also stand in the select list. */
function vetCall(node: AstNode, rules: FunctionRules, facts: TextFacts): void {
  const plain = node.class === 'FUNCTION' && textOf(node.schema) === '' && textOf(node.catalog) === '';
  if (plain && tableFunctions.has(textOf(node.function_name).toLowerCase())) return;
  vetFunction(node, rules, facts);
}
