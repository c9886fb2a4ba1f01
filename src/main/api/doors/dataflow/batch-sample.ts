import { open } from 'node:fs/promises';
import type { WrittenBatch } from './batch-writer.ts';

/** What can be told of a batch without reading much of it. */
export interface BatchSample {
  /** JSON of some of its records, as they came. */
  readonly text: string;
  /** The fields of these records. */
  readonly names: ReadonlySet<string>;
  /** Field -> which kinds of values it has, as a sum; 0 where it is always null. */
  readonly kinds: ReadonlyMap<string, number>;
  /** Whether these are all of its records. */
  readonly whole: boolean;
}

/** So much of a large batch is read. */
const sampleBytes = 64 * 1024;

/** Undefined where not even the first record of a large batch is small. */
export async function sampleOf(
  { content }: Pick<WrittenBatch, 'content'>,
  path: string,
): Promise<BatchSample | undefined> {
  const text = content ? content.toString('utf8') : firstRecords(await beginning(path));
  if (text === undefined) return undefined;
  const kinds = kindsOf(JSON.parse(text));
  return { text, names: new Set(kinds.keys()), kinds, whole: content !== null };
}

/** `data` is an object or an array of objects. */
function kindsOf(data: unknown): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const record of Array.isArray(data) ? data : [data])
    for (const [name, value] of Object.entries(record as object))
      kinds.set(name, (kinds.get(name) ?? 0) | kindOf(value));
  return kinds;
}

function kindOf(value: unknown): number {
  if (value === null) return 0;
  const at = ['string', 'number', 'boolean', 'object'].indexOf(typeof value);
  return 1 << at;
}

async function beginning(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sampleBytes), 0, sampleBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The records that end inside the beginning of a JSON array, as an array of their own. */
export function firstRecords(text: string): string | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  // A string that the cut left open is one mark too: the brackets in it are text.
  const marks = /"[^"\\]*(?:\\.[^"\\]*)*"?|[[\]{}]/gs;
  let depth = 0;
  let end = 0;
  for (const { 0: mark, index } of text.matchAll(marks)) {
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') {
      depth -= 1;
      if (depth === 1) end = index + 1;
    }
  }
  return end === 0 ? undefined : `${text.slice(0, end)}]`;
}
