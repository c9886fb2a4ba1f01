/** A type of DuckDB taken apart as far as printing its values needs. */
export type ColumnType =
  | { readonly is: 'scalar'; readonly name: string }
  | { readonly is: 'list'; readonly of: ColumnType }
  | {
      readonly is: 'struct';
      readonly fields: readonly { readonly name: string; readonly type: ColumnType }[];
    }
  | { readonly is: 'map'; readonly key: ColumnType; readonly value: ColumnType };

/** Reads the name of a type as DESCRIBE prints it. */
export function parseType(text: string): ColumnType {
  const name = text.trim();
  const list = /^(.*)\[\d*\]$/s.exec(name);
  if (list?.[1] !== undefined) return { is: 'list', of: parseType(list[1]) };
  const inner = /^(STRUCT|MAP)\((.*)\)$/s.exec(name);
  if (!inner) return { is: 'scalar', name: name.toUpperCase() };
  const parts = splitTop(inner[2] ?? '');
  if (inner[1] === 'MAP') {
    return { is: 'map', key: parseType(parts[0] ?? 'VARCHAR'), value: parseType(parts[1] ?? 'VARCHAR') };
  }
  return { is: 'struct', fields: parts.map(parseField) };
}

function parseField(text: string): { name: string; type: ColumnType } {
  const quoted = /^"((?:[^"]|"")*)"\s+(.*)$/s.exec(text);
  if (quoted) return { name: (quoted[1] ?? '').replaceAll('""', '"'), type: parseType(quoted[2] ?? '') };
  const [, name = '', type = ''] = /^(\S+)\s+(.*)$/s.exec(text) ?? [];
  return { name, type: parseType(type) };
}

/** Splits at the commas that stand in no bracket and no quotes. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = text.slice(start).trim();
  return last === '' ? parts : [...parts, last];
}
