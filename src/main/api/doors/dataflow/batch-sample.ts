import { open } from 'node:fs/promises';
import type { WrittenBatch } from './batch-writer.ts';

/** What can be told of a batch without reading much of it. */
export interface BatchSample {
  /** JSON of some of its records, as they came. */
  readonly text: string;
  /** The fields of these records. */
  readonly names: ReadonlySet<string>;
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
  return { text, names: namesOf(JSON.parse(text)), whole: content !== null };
}

/** `data` is an object or an array of objects. */
function namesOf(data: unknown): Set<string> {
  const names = new Set<string>();
  for (const record of Array.isArray(data) ? data : [data])
    for (const name of Object.keys(record as object)) names.add(name);
  return names;
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
