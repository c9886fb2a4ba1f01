import { wrong, type XmlToken, xmlTokens } from './xml-tokens.ts';

const deepest = 64;
const mostElements = 1_000_000;
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const known = new Set(['type', 'null', 'name', 'encoding']);

type Kind = 'text' | 'number' | 'boolean' | 'null' | 'object' | 'array' | 'json';
const kinds: Readonly<Record<string, Kind>> = {
  text: 'text',
  string: 'text',
  number: 'number',
  integer: 'number',
  decimal: 'number',
  boolean: 'boolean',
  null: 'null',
  object: 'object',
  array: 'array',
  json: 'json',
};

/** An element on its way: what it holds so far. */
interface Element {
  readonly name: string;
  readonly kind: Kind | undefined;
  readonly encoded: boolean;
  readonly children: { readonly name: string; readonly json: string }[];
  text: string;
}

/**
 * An XML body as the JSON body that it stands for; what that may hold is for its reader to judge.
 *
 * The root element has the children `source`, `data` and `transformations`; each child of `data` is a record, or a field of its only one. An element
 * with children is an object, whose children of one name are an array; any other is a text as it is, unless its attribute
 * `type` says number, boolean, null, object, array or json (its text is then JSON).
 */
export function xmlToJson(source: string): string {
  const open: Element[] = [];
  let root: Element | undefined;
  let elements = 0;
  const close = (element: Element): void => {
    const parent = open.at(-1);
    if (!parent) root = element;
    else
      parent.children.push({ name: element.name, json: isTop(open) ? topField(element) : jsonOf(element) });
  };
  for (const token of xmlTokens(source)) {
    if (token.is === 'text') addText(open, token.text);
    else if (token.is === 'open') {
      elements += 1;
      if (elements > mostElements) throw wrong(`it holds more than ${mostElements} elements`);
      if (open.length >= deepest) throw wrong(`it is nested deeper than ${deepest} levels`);
      const element = elementOf(token);
      if (token.empty) close(element);
      else open.push(element);
    } else {
      const element = open.pop();
      if (element) close(element);
    }
  }
  return bodyOf(root);
}

const isTop = (open: readonly Element[]): boolean => open.length === 1;

/** Transformations are an array whatever they hold, and may also be given as the text of their JSON. */
function topField(element: Element): string {
  if (element.name === 'data') return recordsOf(element);
  if (element.name === 'transformations' && element.children.length > 0) return arrayOf(element);
  if (element.name === 'transformations') return element.text.trim() === '' ? '[]' : element.text;
  return jsonOf(element);
}

/**
 * Elements that all hold elements, or nothing, are records; otherwise `data` is one record and they are its fields. The
 * attribute `type`, array or object, says which where this would be guessed wrong.
 */
function recordsOf(data: Element): string {
  const { kind, children } = data;
  if (kind !== undefined && kind !== 'array' && kind !== 'object')
    throw wrong('the type of <data> must be array or object');
  const stray = children.find(({ json }) => !isRecord(json));
  const isOne = kind === 'object' || (kind === undefined && stray !== undefined);
  if (isOne && !(stray && kind === undefined && isMistaken(stray.name, children)))
    return jsonOf({ ...data, kind: 'object' });
  if (stray) throw wrong(`the record <${stray.name}> has no elements`);
  const records = children.map(({ name, json }) => ({ name, json: json === '""' ? '{}' : json }));
  return arrayOf({ ...data, children: records });
}

/** A record may have no fields. */
const isRecord = (json: string): boolean => json.startsWith('{') || json === '""';

/** Of elements of one name some are records: so the others were meant to be. */
const isMistaken = (name: string, children: Element['children']): boolean =>
  children.some((child) => child.name === name && child.json.startsWith('{'));

function bodyOf(root: Element | undefined): string {
  const fields = new Map<string, string>();
  for (const { name, json } of root?.children ?? []) {
    if (fields.has(name)) throw wrong(`the element <${name}> is given twice`);
    fields.set(name, json);
  }
  return `{${[...fields].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

function arrayOf({ name, text, children }: Element): string {
  if (text.trim() !== '') throw wrong(`<${name}> holds text beside its elements`);
  return `[${children.map(({ json }) => json).join(',')}]`;
}

function elementOf({ name, attributes }: Extract<XmlToken, { is: 'open' }>): Element {
  for (const key of attributes.keys()) {
    if (!known.has(key) && !key.startsWith('xml'))
      throw wrong(`the attribute ${key} of <${name}> is not read; send it as an element`);
  }
  const type = attributes.get('type');
  const kind = type === undefined ? undefined : kinds[type];
  if (type !== undefined && (kind === undefined || !Object.hasOwn(kinds, type)))
    throw wrong(`the type "${type.slice(0, 40)}" of <${name}> is none of ${Object.keys(kinds).join(', ')}`);
  const encoding = attributes.get('encoding');
  if (encoding !== undefined && encoding !== 'base64')
    throw wrong(`the encoding of <${name}> must be base64`);
  return {
    // A field whose name can be no element's.
    name: name === 'field' ? (attributes.get('name') ?? name) : name,
    kind: attributes.get('null') === 'true' ? 'null' : kind,
    encoded: encoding === 'base64',
    children: [],
    text: '',
  };
}

function addText(open: readonly Element[], text: string): void {
  const element = open.at(-1);
  if (element) element.text += text;
}

function jsonOf(element: Element): string {
  const { kind, children, name } = element;
  if (children.length > 0 && element.text.trim() !== '')
    throw wrong(`<${name}> holds text beside its elements`);
  if (kind === 'array') return arrayOf(element);
  if (kind === 'object' || (kind === undefined && children.length > 0)) return objectOf(element);
  if (children.length > 0) throw wrong(`<${name} type="${kind}"> cannot hold elements`);
  return scalarOf(element);
}

function objectOf({ children }: Element): string {
  const fields = new Map<string, string[]>();
  for (const { name, json } of children) {
    const values = fields.get(name);
    if (values) values.push(json);
    else fields.set(name, [json]);
  }
  const pairs = [...fields].map(([name, values]) => {
    return `${JSON.stringify(name)}:${values.length === 1 ? values[0] : `[${values.join(',')}]`}`;
  });
  return `{${pairs.join(',')}}`;
}

function scalarOf({ name, kind, text, encoded }: Element): string {
  const word = text.trim();
  switch (kind) {
    case 'null':
      return 'null';
    case 'number':
      if (!jsonNumber.test(word) || word.length > 1000)
        throw wrong(`<${name}> must be a number such as -12.5`);
      return word;
    case 'boolean':
      if (word !== 'true' && word !== 'false') throw wrong(`<${name}> must be true or false`);
      return word;
    case 'json':
      return jsonText(name, word);
    default:
      return JSON.stringify(encoded ? Buffer.from(word, 'base64').toString('utf8') : text);
  }
}

/** As it came: numbers keep their digits. */
function jsonText(name: string, text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw wrong(`<${name} type="json"> does not hold JSON`);
  }
}
