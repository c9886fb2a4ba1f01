import { z } from 'zod';
import type { RunnerTask, ToRunner } from './protocol.ts';

/**
 * The form of what main sends. Main is trusted to mean well, not to be free of mistakes: a task that is not whole
 * is refused before anything is opened. Documents and plans are judged by the compiler, so they only pass through.
 */
const path = z.string().min(1).max(32_768);
const count = z.int().nonnegative();
const limits = z.object({ memoryBytes: z.int().positive(), threads: z.int().positive(), spillBytes: count });
const common = { scratch: path, limits };

const surroundings = {
  ...common,
  document: z.looseObject({
    nodes: z.array(z.looseObject({ id: z.string() })),
    edges: z.array(z.looseObject({})),
  }),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  files: z.record(z.string(), path),
  refusedFiles: z.record(z.string(), z.looseObject({ code: z.string(), message: z.string() })),
  datasets: z.record(
    z.string(),
    z.object({ datasetId: z.string(), versionId: z.string(), path, rows: count }),
  ),
  received: z
    .record(
      z.string(),
      z.object({ batchId: z.string(), records: count, text: z.string().optional(), path: path.optional() }),
    )
    .optional(),
};

const keptOutput = z.object({
  digest: z.string().min(1),
  path,
  rows: count,
  bytes: count,
  runId: z.string(),
});
const sortKey = z.object({ column: z.string(), descending: z.boolean() });
const readerOptions = z.looseObject({}).optional();

const connecting = { ...common, ownPort: z.int().optional() };
const source = z.looseObject({
  name: z.string(),
  config: z.looseObject({ type: z.string() }),
  secrets: z.record(z.string(), z.string()),
  root: path.optional(),
  version: z.string(),
});
const part = z.looseObject({ source: z.string() });
const again = { retry: z.looseObject({}).optional(), timeout: count.optional() };
const fetchedPart = z.object({ key: z.string(), nodeId: z.string(), part, source, ...again });
const delivery = z.object({
  nodeId: z.string(),
  part,
  path,
  rows: count,
  bytes: count,
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  source,
  ...again,
});

const task = z.discriminatedUnion('task', [
  z.object({ ...connecting, task: z.literal('connect'), source }),
  z.object({ ...connecting, task: z.literal('metadata'), source, table: z.string().optional() }),
  z.object({
    ...connecting,
    task: z.literal('fetch'),
    parts: z.array(fetchedPart),
    rows: count.optional(),
    lenient: z.boolean(),
  }),
  z.object({ ...connecting, task: z.literal('deliver'), deliveries: z.array(delivery) }),
  z.object({
    ...surroundings,
    task: z.literal('run'),
    runId: z.string().min(1),
    attempt: count,
    mode: z.enum(['fast', 'inspect']),
    kept: z.array(keptOutput),
    upTo: z.string().optional(),
    from: z.string().optional(),
  }),
  z.object({ ...surroundings, task: z.literal('schema') }),
  z.object({
    ...surroundings,
    task: z.literal('preview'),
    nodeId: z.string(),
    port: z.string().optional(),
    limit: count.max(100_000),
    scanLimit: count.optional(),
    stats: z.boolean(),
  }),
  z.object({ ...surroundings, task: z.literal('explain') }),
  z.object({
    ...common,
    task: z.literal('page'),
    path,
    offset: count,
    limit: count.max(100_000),
    orderBy: z.array(sortKey).optional(),
    filter: z.string().optional(),
  }),
  z.object({ ...common, task: z.literal('summary'), path }),
  z.object({
    ...common,
    task: z.literal('export'),
    path,
    format: z.enum(['csv', 'json', 'ndjson', 'parquet']),
    spreadsheetSafe: z.boolean(),
  }),
  z.object({ ...common, task: z.literal('xml'), path }),
  z.object({
    ...common,
    task: z.literal('records'),
    path,
    folder: path,
    offset: count,
    limit: count.max(1_000_000),
    format: z.enum(['json', 'ndjson', 'csv', 'xml']),
    target: z.enum(['text', 'file']),
    header: z.boolean().optional(),
    spreadsheetSafe: z.boolean().optional(),
  }),
  z.object({
    ...common,
    task: z.literal('sniff'),
    path,
    format: z.enum(['csv', 'json', 'parquet']),
    csv: readerOptions,
    json: readerOptions,
  }),
]);

const id = z.int().nonnegative();
const toRunner = z.discriminatedUnion('type', [
  // The task itself is judged apart, so that one that is not whole can still be answered by its id.
  z.object({ type: z.literal('task'), id, task: z.unknown() }),
  z.object({ type: z.literal('cancel'), id }),
]);

type Envelope =
  | { readonly type: 'task'; readonly id: number; readonly task: unknown }
  | (ToRunner & { type: 'cancel' });

/** Undefined where the message is none of ours. */
export function parseMessage(message: unknown): Envelope | undefined {
  const parsed = toRunner.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}

/** The task, or a sentence on what is wrong with it. */
export function parseTask(value: unknown): RunnerTask | string {
  const parsed = task.safeParse(value);
  // The pass-through parts are typed by the protocol, not by these schemas.
  return parsed.success ? (parsed.data as unknown as RunnerTask) : z.prettifyError(parsed.error);
}
