import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadyBatch } from '../../../shared/plan/ready-batch.ts';
import type { ReceivedInput } from '../../../shared/plan/received.ts';
import { type ParsedBatch, parseBatch } from './parse-batch.ts';

export type ReceivedInputs = Readonly<Record<string, ReceivedInput>>;
export type ReadyBatches = Readonly<Record<string, ReadyBatch>>;

/** Inputs of a task are asked for more than once; each is parsed once. */
const parsed = new WeakMap<ReceivedInput, ParsedBatch>();
/** About so much text is written at a time. */
const blockBytes = 1024 * 1024;

function parse(input: ReceivedInput): ParsedBatch {
  const known = parsed.get(input);
  if (known) return known;
  const batch = parseBatch(input.text ?? readFileSync(input.path ?? '', 'utf8'));
  // A large one is only read by the task that writes its lines.
  if (input.text !== undefined) parsed.set(input, batch);
  return batch;
}

/** The received records of a task, ready for the engine; lines of large batches are files in `scratch`. */
export async function readyBatches(inputs: ReceivedInputs, scratch: string): Promise<ReadyBatches> {
  const ready: [string, ReadyBatch][] = [];
  for (const [key, input] of Object.entries(inputs)) {
    ready.push([
      key,
      readySmall(input) ?? (await readyLarge(input, join(scratch, `received-${ready.length}.ndjson`))),
    ]);
  }
  return Object.fromEntries(ready);
}

/** What of small batches decides the statements: not their rows. Undefined where a batch is not small. */
export function batchShapes(inputs: ReceivedInputs): unknown[] | undefined {
  const shapes = Object.entries(inputs).map(([key, input]) => {
    const ready = readySmall(input);
    return ready && [key, ready.columns];
  });
  return shapes.every((shape) => shape !== undefined) ? shapes : undefined;
}

/** The batches of a later run of the same document; undefined where one is not small. */
export function smallBatches(inputs: ReceivedInputs): ReadyBatches | undefined {
  const ready = Object.entries(inputs).map(([key, input]) => [key, readySmall(input)] as const);
  if (ready.some(([, batch]) => batch === undefined)) return undefined;
  return Object.fromEntries(ready) as ReadyBatches;
}

function readySmall(input: ReceivedInput): ReadyBatch | undefined {
  if (input.text === undefined) return undefined;
  const { lines, columns } = parse(input);
  const { batchId, records } = input;
  return { batchId, records, columns, source: { text: `[${lines.join(',')}]` } };
}

async function readyLarge(input: ReceivedInput, path: string): Promise<ReadyBatch> {
  const { lines, columns } = parse(input);
  const { batchId, records } = input;
  let longestLine = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    let block = '';
    for (const line of lines) {
      longestLine = Math.max(longestLine, line.length);
      block += `${line}\n`;
      if (block.length < blockBytes) continue;
      await file.write(block);
      block = '';
    }
    await file.write(block);
  } finally {
    await file.close();
  }
  return { batchId, records, columns, source: { path, longestLine } };
}
