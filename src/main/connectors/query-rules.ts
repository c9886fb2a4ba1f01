import { fail } from './failure.ts';

/**
 * The text of a query without its last semicolon. Only texts that begin like a question get through; that there is one
 * statement alone, and that it changes nothing, is held by the server: it is asked in a way that takes no second
 * statement, as the inside of another SELECT, and in a transaction that only reads.
 */
export function selectText(query: string): string {
  const text = query.trim().replace(/;\s*$/, '');
  if (!/^(?:\(|select\b|with\b|values\b|table\b)/i.test(withoutComments(text)))
    throw fail('answer', 'only a SELECT can be read. Write a statement that begins with SELECT or WITH.');
  // MySQL executes what stands in these.
  if (/\/\*M?!/.test(text)) throw fail('answer', 'comments that are executed (/*! ... */) are not allowed.');
  return text;
}

function withoutComments(text: string): string {
  return text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '');
}

/** `schema.table` as its parts; a part in double quotes, backticks or brackets may hold points. */
export function nameParts(table: string): string[] {
  const parts: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|\[([^\]]+)\]|([^."`[\]]+))\s*(\.|$)/y;
  for (pattern.lastIndex = 0; pattern.lastIndex < table.length; ) {
    const found = pattern.exec(table);
    if (!found) return [table];
    const [, double, back, square, plain] = found;
    parts.push(double?.replaceAll('""', '"') ?? back?.replaceAll('``', '`') ?? square ?? plain?.trim() ?? '');
  }
  return parts.length > 0 ? parts : [table];
}

/** A name as `nameParts` reads it back. */
export const joinName = (parts: readonly string[]): string =>
  parts.map((part) => (/^[^\s."`[\]]+$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`)).join('.');
