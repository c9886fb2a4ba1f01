import { SluiceError } from '../../../shared/errors/sluice-error.ts';

export type XmlToken =
  | {
      readonly is: 'open';
      readonly name: string;
      readonly attributes: ReadonlyMap<string, string>;
      readonly empty: boolean;
    }
  | { readonly is: 'close'; readonly name: string }
  | { readonly is: 'text'; readonly text: string };

const nameStart =
  'A-Z_a-z:\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}';
const xmlName = new RegExp(`[${nameStart}][${nameStart}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f-\\u2040]*`, 'uy');
const attribute = /\s+([^\s=<>"'/]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const tagEnd = /\s*(\/?)>/y;
const blank = /^[ \t\r\n]*$/;

/**
 * The elements and texts of an XML 1.0 document, one after the other and without building a tree. It takes no document
 * type, hence no entities but the five that XML itself has, and fetches nothing. (The library that the program has for
 * XML takes a second for a megabyte of small elements and renames fields such as `constructor`.)
 * Throws invalid_input at the first thing that is not well-formed.
 */
export function* xmlTokens(source: string): Generator<XmlToken> {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  const open: string[] = [];
  let at = 0;
  let roots = 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const end = next < 0 ? text.length : next;
    if (end > at) {
      const piece = text.slice(at, end);
      if (open.length > 0) yield { is: 'text', text: plainText(piece, at) };
      else if (!blank.test(piece)) throw wrong('text stands outside of the root element', at);
      at = end;
      continue;
    }
    if (text.startsWith('<!--', at)) {
      at = after(text, '-->', at + 4, 'a comment');
    } else if (text.startsWith('<?', at)) {
      at = after(text, '?>', at + 2, 'a processing instruction');
    } else if (text.startsWith('<![CDATA[', at)) {
      if (open.length === 0) throw wrong('text stands outside of the root element', at);
      const stop = after(text, ']]>', at + 9, 'a CDATA section');
      yield { is: 'text', text: allowed(normalised(text.slice(at + 9, stop - 3)), at) };
      at = stop;
    } else if (text.startsWith('<!', at)) {
      throw wrong('a document type is not accepted', at);
    } else if (text.startsWith('</', at)) {
      const name = nameAt(text, at + 2);
      tagEnd.lastIndex = at + 2 + name.length;
      const match = tagEnd.exec(text);
      if (!match || match[1] === '/' || open.pop() !== name)
        throw wrong(`</${name}> closes nothing that is open`, at);
      yield { is: 'close', name };
      at = tagEnd.lastIndex;
    } else {
      const tag = tagAt(text, at);
      if (open.length === 0) roots += 1;
      if (roots > 1) throw wrong('there is a second root element', at);
      if (!tag.empty) open.push(tag.name);
      yield { is: 'open', name: tag.name, attributes: tag.attributes, empty: tag.empty };
      at = tag.end;
    }
  }
  if (open.length > 0) throw wrong(`<${open.at(-1)}> is not closed`, at);
  if (roots === 0) throw wrong('it holds no element', 0);
}

const noAttributes: ReadonlyMap<string, string> = new Map();

function tagAt(text: string, start: number) {
  const name = nameAt(text, start + 1);
  let at = start + 1 + name.length;
  let attributes = noAttributes;
  attribute.lastIndex = at;
  for (let match = attribute.exec(text); match; match = attribute.exec(text)) {
    const [, key = '', double, single] = match;
    nameAt(key, 0, key.length);
    if (attributes.has(key)) throw wrong(`the attribute ${key} is given twice`, at);
    // A tab or a line end in an attribute counts as a space.
    const value = plainText((double ?? single ?? '').replace(/[\t\r\n]/g, ' '), at);
    attributes = new Map([...attributes, [key, value]]);
    at = attribute.lastIndex;
  }
  tagEnd.lastIndex = at;
  const match = tagEnd.exec(text);
  if (!match) throw wrong(`the tag <${name} is not whole`, start);
  return { name, attributes, empty: match[1] === '/', end: tagEnd.lastIndex };
}

function nameAt(text: string, at: number, length?: number): string {
  xmlName.lastIndex = at;
  const found = xmlName.exec(text)?.[0] ?? '';
  if (found === '' || (length !== undefined && found.length !== length))
    throw wrong('a name is expected', at);
  return found;
}

function after(text: string, mark: string, from: number, what: string): number {
  const found = text.indexOf(mark, from);
  if (found < 0) throw wrong(`${what} does not end`, from);
  return found + mark.length;
}

/** Line ends are line feeds, whatever system wrote them. */
const normalised = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plainText(text: string, at: number): string {
  const plain = normalised(text);
  if (plain.includes(']]>')) throw wrong('"]]>" stands in a text', at);
  const decoded = plain.includes('&')
    ? plain.replace(/&([^;&]*)(;?)/g, (_all, name: string, end: string) => {
        const found = end === ';' ? (entities[name] ?? character(name)) : undefined;
        if (found === undefined) throw wrong(`&${name.slice(0, 30)}${end} means nothing here`, at);
        return found;
      })
    : plain;
  return allowed(decoded, at);
}

/** `#10` or `#xA`. */
function character(name: string): string | undefined {
  const match = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
  const code = match?.[1] ? Number.parseInt(match[1], 16) : Number(match?.[2] ?? 0);
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}

const barred = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function allowed(text: string, at: number): string {
  if (barred.test(text)) throw wrong('it holds a character that XML does not allow', at);
  return text;
}

export function wrong(reason: string, at?: number): SluiceError {
  const place = at === undefined ? '' : ` (character ${at + 1})`;
  return new SluiceError('invalid_input', {
    reason: `The body cannot be accepted: it is not XML as this door reads it: ${reason}${place}.`,
  });
}
