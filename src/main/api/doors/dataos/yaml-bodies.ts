import type { FastifyInstance } from 'fastify';
import { isScalar, Lexer, LineCounter, parseDocument, visit } from 'yaml';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { guardJson } from '../../json-guard.ts';

/** None of these may be sent by a page of another site without being asked. */
export const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

const limits = { depth: 64, keys: 10_000 };
const mostAliases = 50;
/** Far beyond any manifest. The parser takes the square of the time for some texts, in the thread that serves everybody. */
const mostYamlBytes = 256 * 1024;
const mostTags = 50;
/** Words and marks of the text; 10,000 keys with their values have fewer. */
const mostTokens = 80_000;

/** Lets the routes of a door take YAML: the same values as JSON would give, judged by the same limits. */
export function acceptYaml(door: FastifyInstance): void {
  door.addContentTypeParser(yamlTypes, { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseYaml(body as Buffer));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
}

/**
 * YAML 1.2, core schema, one document, no tags of its own: dates and the like stay text, nothing is constructed. What
 * JSON cannot say (numbers beyond a double, `.nan`, keys that are no text) is refused. Empty bytes are no value.
 */
export function parseYaml(bytes: Uint8Array): unknown {
  if (bytes.length > mostYamlBytes) throw new SluiceError('body_too_large', { limit: mostYamlBytes });
  const text = decode(bytes);
  judgeNesting(text);
  const lines = new LineCounter();
  let value: unknown;
  try {
    const parsed = parseDocument(text, {
      lineCounter: lines,
      // Worded below: the parser looks the line of each of a hundred thousand errors up.
      prettyErrors: false,
      // Looked at below: the parser compares each key with every other.
      uniqueKeys: false,
      stringKeys: true,
      intAsBigInt: true,
      version: '1.2',
      schema: 'core',
      resolveKnownTags: false,
    });
    const [error] = [...parsed.errors, ...parsed.warnings];
    if (error) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw refuse(`${error.message.replace(/[:.]$/, '')} (line ${line}, column ${col})`);
    }
    judgeNodes(parsed);
    value = parsed.toJS({ maxAliasCount: mostAliases });
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    // The parser calls itself for nesting that no check of ours saw, and refuses aliases that grow without end.
    throw refuse(error instanceof RangeError ? 'it is nested too deeply' : 'it repeats too much by aliases');
  }
  if (value === null || value === undefined) return undefined;
  const plain = plainValue(value, 0);
  guardJson(JSON.stringify(plain), limits);
  return plain;
}

/** The parser's time grows with the square of the depth. This much of it is never needed, in texts neither. */
const deepest = 200;
const listsInALine = new RegExp(`^[ \\t]*(?:[-?:][ \\t]+){${deepest}}`, 'm');

function judgeNesting(text: string): void {
  let brackets = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '[' || char === '{') brackets += 1;
    else if (char === ']' || char === '}') brackets = Math.max(0, brackets - 1);
    if (brackets > deepest) throw refuse('it is nested too deeply');
  }
  const indents: number[] = [];
  for (const [spaces] of text.matchAll(/^ *(?=[^\s])/gm)) {
    while ((indents.at(-1) ?? -1) >= spaces.length) indents.pop();
    indents.push(spaces.length);
    if (indents.length > deepest) throw refuse('it is nested too deeply');
  }
  if (text.split('!!', mostTags + 2).length > mostTags + 1) throw refuse(`it has more than ${mostTags} tags`);
  let tokens = 0;
  for (const _token of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > mostTokens) throw refuse('it has too many parts');
  }
  if (listsInALine.test(text)) throw refuse('it is nested too deeply');
}

function judgeNodes(parsed: ReturnType<typeof parseDocument>): void {
  let aliases = 0;
  visit(parsed, {
    Alias() {
      aliases += 1;
      if (aliases > mostAliases) throw refuse(`it has more than ${mostAliases} aliases`);
    },
    Map(_key, { items }) {
      const keys = new Set<string>();
      for (const { key } of items) {
        const name = isScalar(key) ? String(key.value) : '';
        if (keys.has(name)) throw refuse(`the key "${name.slice(0, 100)}" is given twice`);
        keys.add(name);
      }
    },
    Node(_key, node) {
      if ('tag' in node && typeof node.tag === 'string' && !node.tag.startsWith('tag:yaml.org,2002:'))
        throw refuse(`the tag ${node.tag.slice(0, 100)} is not possible`);
    },
  });
}

/** Whole numbers came as exact ones: those that a double holds become numbers. */
function plainValue(value: unknown, depth: number): unknown {
  if (depth > limits.depth) throw refuse(`it is nested deeper than ${limits.depth} levels`);
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw refuse(`the integer ${String(value).slice(0, 40)} is beyond 2^53; send it as a text`);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw refuse('it holds a number out of range');
  if (Array.isArray(value)) return value.map((item) => plainValue(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === '__proto__') throw refuse('the key "__proto__" is not allowed');
      return [key, plainValue(item, depth + 1)];
    }),
  );
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('it is not UTF-8 text');
  }
}

function refuse(reason: string): SluiceError {
  return new SluiceError('invalid_input', { reason: `The body cannot be accepted: ${reason}.` });
}
