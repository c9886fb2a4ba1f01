import { isPlainObject } from '../../shared/kernel/json.ts';

/** A node of the tree that json_serialize_sql gives. What is left out of it has its default. */
export type AstNode = Readonly<Record<string, unknown>>;

export interface ParseFailure {
  readonly message: string;
  /** Byte offset in the text that was parsed. */
  readonly position?: number;
}

export type ParsedStatements =
  | { readonly statements: readonly AstNode[]; readonly failure?: undefined }
  | { readonly failure: ParseFailure };

/** Takes an answer of `Oracle.parse` apart. */
export function readStatements(answer: unknown): ParsedStatements {
  if (!isPlainObject(answer)) return { failure: { message: 'it could not be read' } };
  if (answer.error !== false) {
    const position = Number(answer.position);
    const message = String(answer.error_message ?? 'it could not be read');
    return { failure: { message, position: answer.position === undefined ? undefined : position } };
  }
  return { statements: nodesOf(answer.statements) };
}

export const nodesOf = (value: unknown): readonly AstNode[] =>
  Array.isArray(value) ? value.filter(isPlainObject) : [];

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Byte offset where a node begins in the parsed text, when the engine kept it. */
export function locationOf(node: AstNode): number | undefined {
  const at = Number(node.query_location);
  // The engine's "nowhere" is the largest 64-bit number.
  return node.query_location !== undefined && Number.isSafeInteger(at) ? at : undefined;
}

/** Every node directly inside, through lists and plain holders alike. */
export function childrenOf(node: AstNode): readonly AstNode[] {
  return Object.values(node).flatMap(function open(value: unknown): AstNode[] {
    if (Array.isArray(value)) return value.flatMap(open);
    return isPlainObject(value) ? [value] : [];
  });
}
