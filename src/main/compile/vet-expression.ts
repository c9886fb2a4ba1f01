import { type AstNode, childrenOf, locationOf, nodesOf, readStatements, textOf } from './ast.ts';
import type { Oracle } from './oracle.ts';
import { printExpression } from './print-scalar.ts';
import {
  type FunctionRules,
  maximumTreeDepth,
  onlyKeys,
  type TextFacts,
  VetError,
  vetColumn,
  vetFunction,
  vetParameter,
  vetSize,
} from './vet-common.ts';

const opening = 'SELECT ';

/**
 * Proves that a user's text is one scalar expression of allowed parts, by the tree that DuckDB itself makes of it.
 * Throws a VetError that says what is wrong and where in the text.
 */
export async function vetExpression(text: string, rules: FunctionRules, oracle: Oracle): Promise<TextFacts> {
  vetSize(text);
  const sql = opening + printExpression(text);
  // Exactly what will be printed is parsed, so the offsets differ from the text's by what stands before it.
  const shift =
    Buffer.byteLength(sql.slice(0, sql.lastIndexOf(text.trim()))) - Buffer.byteLength(leading(text));
  try {
    const expression = oneExpression(readStatements(await oracle.parse(sql)), text);
    await assertSelfContained(text, oracle);
    const facts: TextFacts = { parameters: new Set(), volatile: false };
    vetScalar(expression, rules, facts);
    return facts;
  } catch (error) {
    if (!(error instanceof VetError) || error.at === undefined) throw error;
    const at = Math.max(0, Math.min(error.at - shift, Buffer.byteLength(text)));
    throw new VetError(error.code, error.message, at);
  }
}

const leading = (text: string): string => /^\s*/.exec(text)?.[0] ?? '';

function oneExpression(parsed: ReturnType<typeof readStatements>, text: string): AstNode {
  if (parsed.failure) {
    // `a = 1 || b = 2`: || binds before the comparisons, and a second one cannot follow.
    const advice = /\|\|[^|]*[=<>]/.test(text) ? ` ${orAdvice}` : '';
    const message = parseMessage(parsed.failure.message) + advice;
    throw new VetError('syntax_error', message, parsed.failure.position);
  }
  const [statement, second] = parsed.statements;
  const node = statement?.node as AstNode | undefined;
  if (!statement || !node || second || node.type !== 'SELECT_NODE') throw notOne();
  // Whatever else a SELECT can hold (FROM, WHERE, ORDER BY, LIMIT ...) would show as another key.
  const extra = onlyKeys(node, ['type', 'select_list', 'from_table', 'aggregate_handling']);
  const from = node.from_table as AstNode | undefined;
  const [expression, another] = nodesOf(node.select_list);
  if (extra || from?.type !== 'EMPTY' || node.aggregate_handling !== 'STANDARD_HANDLING') throw notOne();
  if (!expression || another || textOf(expression.alias) !== '') throw notOne();
  return expression;
}

const notOne = (): VetError =>
  new VetError(
    'not_one_expression',
    'Write one expression, such as price * 1.2. No statement, no list, no name after it.',
  );

/**
 * `a) OR (b` is one expression inside parentheses, yet not on its own. Between square brackets such a text does not
 * parse, and `a, b` shows as two elements.
 */
async function assertSelfContained(text: string, oracle: Oracle): Promise<void> {
  const parsed = readStatements(await oracle.parse(`SELECT [\n${text.trim()}\n]`));
  if (parsed.failure) throw notOne();
  const node = parsed.statements[0]?.node as AstNode | undefined;
  const [list, another] = nodesOf(node?.select_list);
  if (another || list?.function_name !== 'list_value' || nodesOf(list.children).length !== 1) throw notOne();
}

const harmless = new Set([
  'CONSTANT',
  'COMPARISON',
  'CONJUNCTION',
  'OPERATOR',
  'CASE',
  'CAST',
  'BETWEEN',
  'COLLATE',
  'LAMBDA',
]);

/** Vets one tree of scalar expressions; nodes without a class only hold others. */
export function vetScalar(root: AstNode, rules: FunctionRules, facts: TextFacts): void {
  walk(root, rules, facts, 0);
}

function walk(node: AstNode, rules: FunctionRules, facts: TextFacts, depth: number): void {
  if (depth > maximumTreeDepth)
    throw new VetError('text_too_deep', 'It is nested too deep. Simplify it.', locationOf(node));
  if (node.class !== undefined) vetNode(node, rules, facts);
  walkAll(childrenOf(node), rules, facts, depth);
}

function walkAll(nodes: readonly AstNode[], rules: FunctionRules, facts: TextFacts, depth: number): void {
  for (const node of nodes) walk(node, rules, facts, depth + 1);
}

/** Vets a node by itself, not what is inside it. */
function vetNode(node: AstNode, rules: FunctionRules, facts: TextFacts): void {
  const kind = textOf(node.class);
  if (joinsConditions(node)) throw new VetError('not_allowed', orAdvice, locationOf(node));
  if (harmless.has(kind)) return;
  if (kind === 'COLUMN_REF') vetColumn(node, rules, facts);
  else if (kind === 'PARAMETER') vetParameter(node, rules, facts);
  else if (kind === 'FUNCTION' || kind === 'WINDOW') vetFunction(node, rules, facts);
  else throw refusedNode(kind, locationOf(node));
}

const orAdvice = '|| joins texts. Write OR where one of two conditions must hold.';

/** `(a = 1) || (b = 2)` would be a text, and `a == 1 || b > 2` is read as `((a == 1) || b) > 2`. */
function joinsConditions(node: AstNode): boolean {
  const isComparison = textOf(node.class) === 'COMPARISON';
  if (isComparison)
    return childrenOf(node).some((part) => isJoin(part) && nodesOf(part.children).some(isCondition));
  return isJoin(node) && nodesOf(node.children).every(isCondition);
}

const isJoin = (node: AstNode): boolean => textOf(node.function_name) === '||';
const isCondition = (node: AstNode): boolean => ['COMPARISON', 'CONJUNCTION'].includes(textOf(node.class));

function refusedNode(kind: string, at: number | undefined): VetError {
  if (kind === 'SUBQUERY') {
    const text = 'A query inside an expression is not possible here. Use a Join or an SQL step.';
    return new VetError('subquery_not_allowed', text, at);
  }
  if (kind === 'STAR') {
    return new VetError('star_not_allowed', '* and COLUMNS(...) stand for several columns; write one.', at);
  }
  return new VetError('not_allowed', `${kind.toLowerCase()} cannot be used in an expression.`, at);
}

/** The parser's words, with what we put around the text taken out. */
export function parseMessage(message: string): string {
  const near = /at or near "(.*)"/s.exec(message)?.[1];
  if (/end of input/.test(message) || near === ')' || near === ']')
    return 'It ends too early, or a bracket is missing or too many.';
  if (near !== undefined) return `It cannot be read from "${near}" on.`;
  if (/expression depth/i.test(message)) return 'It is nested too deep. Simplify it.';
  if (/Only SELECT statements/.test(message)) return 'Write one SELECT; nothing else is possible here.';
  return `It cannot be read: ${message.replace(/\s+/g, ' ').replace(/\.$/, '')}.`;
}
