import { z } from 'zod';
import '../kernel/plain-issues.ts';
import { nodeIdPattern } from '../kernel/ids.ts';
import { durationPattern } from '../kernel/time.ts';

/** The version of the document's own format; node configs carry a version each (`v`). */
export const documentVersion = 1;

export const parameterTypes = ['text', 'integer', 'number', 'boolean', 'date', 'timestamp'] as const;
export type ParameterType = (typeof parameterTypes)[number];

export const parameterSchema = z
  .strictObject({
    type: z.enum(parameterTypes).meta({ description: 'Type of the value; expressions use it as $name.' }),
    default: z.union([z.string(), z.number(), z.boolean()]).optional(),
    description: z.string().max(500).optional(),
  })
  .meta({ description: 'A value that a run may be given. Without a default every run must give it.' });

export const nodeSchema = z.strictObject({
  id: z.string().regex(nodeIdPattern, 'Use a-z, 0-9 and _, starting with a letter.'),
  kind: z.string().min(1).max(64),
  v: z.int().positive().optional().meta({ description: 'Version of the config; the newest when left out.' }),
  title: z.string().max(200).optional().meta({ description: 'Shown instead of the kind’s own title.' }),
  note: z.string().max(10_000).optional(),
  disabled: z.boolean().optional().meta({ description: 'A disabled node passes its first input through.' }),
  config: z.record(z.string(), z.unknown()).default({}),
  at: z
    .tuple([z.number(), z.number()])
    .optional()
    .meta({ description: 'Place on the canvas, in pixels: [x, y].' }),
});

/** `node` or `node.port`. */
const endpoint = z.string().regex(/^[a-z][a-z0-9_]{0,62}(\.[a-z][a-z0-9_]*)?$/, 'Write node or node.port.');
export const edgeSchema = z.strictObject({ from: endpoint, to: endpoint });

export const backoffSchema = z.strictObject({
  attempts: z.int().min(1).max(20).default(1),
  backoff: z.enum(['fixed', 'exponential']).default('exponential'),
  delay: z.string().regex(durationPattern).default('5s'),
  jitter: z.boolean().default(true),
});

export const scheduleSchema = z.strictObject({
  cron: z.string().min(1).max(200),
  timezone: z.string().max(64).default('UTC'),
  missed: z.enum(['skip', 'last', 'all']).default('last'),
  overlap: z.enum(['queue', 'skip', 'replace']).default('skip'),
});

export const documentSchema = z
  .strictObject({
    schema: z.literal(documentVersion).default(documentVersion),
    name: z.string().trim().min(1).max(200),
    description: z.string().max(10_000).optional(),
    parameters: z.record(z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/i), parameterSchema).default({}),
    nodes: z.array(nodeSchema).max(2000).default([]),
    edges: z.array(edgeSchema).max(10_000).default([]),
    schedule: scheduleSchema.optional(),
    retry: backoffSchema.optional(),
    timeout: z.string().regex(durationPattern).optional(),
  })
  .meta({ title: 'Sluice pipeline', description: 'A graph of steps over rows.' });

/** A pipeline as it is stored, exported and run: plain data, JSON and YAML alike. */
export type PipelineDocument = z.infer<typeof documentSchema>;
export type PipelineNode = PipelineDocument['nodes'][number];
export type PipelineEdge = PipelineDocument['edges'][number];
export type PipelineParameter = z.infer<typeof parameterSchema>;

/** The values of a run's parameters, by name. */
export type ParameterValues = Readonly<Record<string, string | number | boolean>>;

/** An edge's end taken apart; `port` is undefined where the text names only the node. */
export function parseEndpoint(text: string): { node: string; port: string | undefined } {
  const [node = '', port] = text.split('.');
  return { node, port };
}

export function emptyDocument(name: string): PipelineDocument {
  return { schema: documentVersion, name, parameters: {}, nodes: [], edges: [] };
}
