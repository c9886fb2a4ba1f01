import { Document, isMap, isSeq, LineCounter, type Pair, parseDocument, type Scalar, visit } from 'yaml';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import { canonicalOrder, type ParsedDocument, parseDocumentValue } from '../../shared/pipeline/parse.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';

export type DocumentFormat = 'json' | 'yaml';

/** Characters of a document's text; one with 2000 nodes has about a tenth of it. */
export const maximumDocumentText = 4 * 1024 * 1024;
const maximumAliases = 50;

/** A document's text as a document, or everything that keeps it from being one. */
export function documentFromText(text: string, format: DocumentFormat): ParsedDocument {
  if (text.length > maximumDocumentText) {
    return failed('document_too_large', 'The document is larger than 4 MB. Move data out of it into files.');
  }
  return format === 'json' ? fromJson(text) : fromYaml(text);
}

/** A document as text, keys in the published order; nodes and edges take a line each in YAML. */
export function documentToText(document: PipelineDocument, format: DocumentFormat): string {
  const ordered = canonicalOrder(document);
  return format === 'json' ? `${JSON.stringify(ordered, null, 2)}\n` : toYaml(ordered);
}

function fromJson(text: string): ParsedDocument {
  try {
    return parseDocumentValue(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it could not be read';
    return failed('invalid_json', `The text is not JSON: ${reason}.`);
  }
}

/** YAML 1.2, core schema, no tags of its own: dates and the like stay text, nothing is constructed. */
function fromYaml(text: string): ParsedDocument {
  const lines = new LineCounter();
  const parsed = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: true,
    uniqueKeys: true,
    stringKeys: true,
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
  });
  const [error] = [...parsed.errors, ...parsed.warnings];
  if (error)
    return failed('invalid_yaml', `The text is not YAML that can be read: ${error.message.split('\n')[0]}`);
  const refused = refusedYaml(parsed);
  if (refused !== undefined) return failed('invalid_yaml', refused);
  try {
    return parseDocumentValue(parsed.toJS({ maxAliasCount: maximumAliases }));
  } catch {
    return failed('invalid_yaml', `The text repeats too much by aliases (at most ${maximumAliases}).`);
  }
}

function refusedYaml(parsed: Document.Parsed): string | undefined {
  let reason: string | undefined;
  let aliases = 0;
  visit(parsed, {
    Alias() {
      aliases += 1;
      if (aliases > maximumAliases) reason = `The text has more than ${maximumAliases} aliases.`;
    },
    Node(_key, node) {
      if ('tag' in node && typeof node.tag === 'string' && !node.tag.startsWith('tag:yaml.org,2002:')) {
        reason = `The tag ${node.tag} is not possible here. Write plain values.`;
      }
    },
  });
  return reason;
}

function toYaml(document: unknown): string {
  const yaml = new Document(document, { version: '1.2', schema: 'core', aliasDuplicateObjects: false });
  for (const name of ['nodes', 'edges']) compactItems(yaml.get(name));
  for (const name of ['parameters']) compactValues(yaml.get(name));
  for (const name of ['schedule', 'retry']) setFlow(yaml.get(name));
  // Long flow maps would otherwise be folded over lines of 80 characters.
  return yaml.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Flow style for what fits a line; a node that carries a long text keeps block style, where lines can be read. */
function compactItems(list: unknown): void {
  if (!isSeq(list)) return;
  for (const item of list.items) if (fitsLine(item)) setFlow(item);
}

function compactValues(map: unknown): void {
  if (!isMap(map)) return;
  for (const pair of map.items as Pair[]) if (fitsLine(pair.value)) setFlow(pair.value);
}

function fitsLine(item: unknown): boolean {
  let fits = true;
  let length = 0;
  if (!isMap(item)) return false;
  visit(item, {
    Scalar(_key, scalar: Scalar) {
      const text = String(scalar.value);
      length += text.length + 4;
      if (text.includes('\n')) fits = false;
    },
  });
  return fits && length < 200;
}

function setFlow(item: unknown): void {
  if (isMap(item) || isSeq(item)) item.flow = true;
}

function failed(code: string, message: string): { document?: undefined; problems: readonly Problem[] } {
  return { problems: [{ code, severity: 'error', message }] };
}
