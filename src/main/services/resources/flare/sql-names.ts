/** Just enough of SQL's lexis to see which names a statement may speak of. The engine parses it in earnest. */

const token =
  /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|"((?:[^"]|"")*)"|([A-Za-z_][A-Za-z0-9_$]*)/g;

/** Every identifier of a statement in lower case; columns and keywords are among them. */
export function namesIn(sql: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, , quoted, plain] of sql.matchAll(token)) {
    const name = quoted?.replaceAll('""', '"') ?? plain;
    if (name !== undefined) names.add(name.toLowerCase());
  }
  return names;
}

const leadingWith = /^((?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*)with(\s+recursive)?\b/i;

/** A statement in which tables go by other names too, as if a WITH stood before it. */
export function withNames(sql: string, names: readonly { name: string; table: string }[]): string {
  if (names.length === 0) return sql;
  const list = names.map(({ name, table }) => `"${name.replaceAll('"', '""')}" AS (SELECT * FROM ${table})`);
  const [lead, comments = '', recursive = ''] = leadingWith.exec(sql) ?? [];
  const head = `WITH${recursive} ${list.join(', ')}`;
  return lead === undefined ? `${head}\n${sql}` : `${comments}${head},${sql.slice(lead.length)}`;
}
