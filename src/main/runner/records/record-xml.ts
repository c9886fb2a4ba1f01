import type { Column } from '../../../shared/kernel/columns.ts';
import { absentColumn, isHidden, moreColumn, visibleColumns } from '../../../shared/plan/received.ts';
import { dialect } from '../../compile/dialect.ts';
import { parseType } from './column-types.ts';
import { jsonValue, plainText } from './record-json.ts';

/** A name that can be an element's (the Latin part of XML 1.0's NameStartChar); `xml` is reserved. */
const elementName = /^(?!xml)[A-Za-z_][A-Za-z0-9_.-]*$/i;

/**
 * One record as an XML element, made in SQL. A column is an element of its name, or `<field name="...">` where its name
 * can be none; null has the attribute `null`, a missing field no element. Text that XML cannot carry goes as base64.
 */
export function recordXml(columns: readonly Column[]): string {
  const marked = columns.some(({ name }) => name === absentColumn);
  const fields = visibleColumns(columns).map((column) => field(column, marked));
  if (columns.some(({ name }) => name === moreColumn)) fields.push(moreFields());
  return fields.length === 0
    ? "'<record/>'"
    : `'<record>' || concat_ws('', ${fields.join(', ')}) || '</record>'`;
}

function field({ name, type }: Column, marked: boolean): string {
  const quoted = dialect.identifier(name);
  const { open, close } = tags(name);
  const empty = dialect.text(`<${open} null="true"/>`);
  const absent = marked
    ? `CASE WHEN list_contains(${dialect.identifier(absentColumn)}, ${dialect.text(name)}) THEN NULL ELSE ${empty} END`
    : empty;
  const text = xmlText(type, quoted);
  const plain = `${dialect.text(`<${open}>`)} || ${escapeXml(text)} || ${dialect.text(`</${close}>`)}`;
  if (!mayHoldAnything(type)) return `CASE WHEN ${quoted} IS NULL THEN ${absent} ELSE ${plain} END`;
  const encoded = `${dialect.text(`<${open} encoding="base64">`)} || to_base64(encode(${text})) || ${dialect.text(`</${close}>`)}`;
  const barred = `regexp_matches(${text}, ${dialect.text(forbidden)})`;
  return `CASE WHEN ${quoted} IS NULL THEN ${absent} WHEN ${barred} THEN ${encoded} ELSE coalesce(${plain}, ${absent}) END`;
}

/** Fields that are no columns, by their names. */
function moreFields(): string {
  const entries = `map_entries(CAST(${dialect.identifier(moreColumn)} AS MAP(VARCHAR, JSON)))`;
  const text = plainText('e.value');
  const barred = dialect.text(forbidden);
  const name = `regexp_replace(replace(${escapeXml('e.key')}, '"', '&quot;'), ${barred}, ${dialect.text('\ufffd')}, 'g')`;
  const open = `'<field name="' || ${name} ||`;
  const element = `CASE WHEN coalesce(json_type(e.value), 'NULL') = 'NULL' THEN ${open} '" null="true"/>'
    WHEN regexp_matches(${text}, ${barred}) THEN ${open} '" encoding="base64">' || to_base64(encode(${text})) || '</field>'
    ELSE ${open} '">' || ${escapeXml(text)} || '</field>' END`;
  return `array_to_string(list_transform(${entries}, lambda e: ${element}), '')`;
}

/** Characters that XML 1.0 does not allow at all; the pattern is RE2's. */
const forbidden = String.raw`[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]`;

const mayHoldAnything = (type: string): boolean =>
  !/^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL|DOUBLE|FLOAT|BOOLEAN|DATE|TIME)/i.test(type);

/** Scalars as their text; lists and structs as JSON. */
function xmlText(type: string, quoted: string): string {
  const parsed = parseType(type);
  if (parsed.is !== 'scalar') return jsonValue(parsed, quoted);
  if (parsed.name === 'JSON') return plainText(quoted);
  if (parsed.name.startsWith('DECIMAL')) return `replace(${jsonValue(parsed, quoted)}, '"', '')`;
  return `CAST(${quoted} AS VARCHAR)`;
}

/** A carriage return would be read back as a line feed. */
function escapeXml(text: string): string {
  const pairs = [
    ['&', '&amp;'],
    ['<', '&lt;'],
    ['>', '&gt;'],
    ['\r', '&#13;'],
  ] as const;
  return pairs.reduce(
    (inner, [from, to]) => `replace(${inner}, ${dialect.text(from)}, ${dialect.text(to)})`,
    text,
  );
}

function tags(name: string): { open: string; close: string } {
  if (elementName.test(name) && !isHidden(name) && name !== 'field') return { open: name, close: name };
  return { open: `field name="${attributeText(name)}"`, close: 'field' };
}

/** Names hold no NUL; what else XML does not allow in one becomes the replacement character. */
function attributeText(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return Array.from(text.toWellFormed(), (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code === 0x9 || code === 0xa || code === 0xd) return `&#${code};`;
    const barred = code < 0x20 || code === 0xfffe || code === 0xffff;
    return barred ? '\ufffd' : (entities[char] ?? char);
  }).join('');
}
