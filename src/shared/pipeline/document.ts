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

const duration = (description: string) =>
  z.string().regex(durationPattern, 'Write a duration such as 30s, 5m or 1h30m.').meta({ description });

export const backoffSchema = z
  .strictObject({
    attempts: z
      .int()
      .min(1)
      .max(20)
      .default(1)
      .meta({ description: 'Attempts in all, the first one included. 1 means: never again.' }),
    backoff: z.enum(['fixed', 'exponential']).default('exponential').meta({
      description: 'fixed waits the same time before every attempt; exponential doubles it each time.',
    }),
    delay: duration('Wait before the second attempt.').default('5s'),
    jitter: z.boolean().default(true).meta({
      description: 'Shortens each wait at random by up to half, so that failures do not come back together.',
    }),
    maxDelay: duration('The longest wait between two attempts. A day when left out.').optional(),
  })
  .meta({
    description:
      'What happens after a failure that another attempt can mend (a crash, a full disk, a missing file, a timeout ...). Wrong data or settings fail at once.',
  });
export type Backoff = z.infer<typeof backoffSchema>;

export const concurrencySchema = z
  .strictObject({
    limit: z
      .int()
      .min(1)
      .max(64)
      .default(4)
      .meta({ description: 'Runs of this pipeline that execute at the same time.' }),
    whenFull: z.enum(['queue', 'skip', 'replace']).default('queue').meta({
      description:
        'What a new run does when so many are under way: queue waits, skip ends the new one, replace cancels the oldest.',
    }),
  })
  .meta({ description: 'How many runs of this pipeline may be under way. Four when left out.' });

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
  retry: backoffSchema.optional(),
  timeout: duration('The longest time this step may take, in each of its tries.').optional(),
});

/** `node` or `node.port`. */
const endpoint = z.string().regex(/^[a-z][a-z0-9_]{0,62}(\.[a-z][a-z0-9_]*)?$/, 'Write node or node.port.');
export const edgeSchema = z.strictObject({ from: endpoint, to: endpoint });

const instant = (description: string) =>
  z.iso
    .datetime({
      offset: true,
      message: 'Write a time such as 2026-01-31T08:00:00Z or 2026-01-31T09:00:00+01:00.',
    })
    .meta({ description });

export const scheduleSchema = z
  .strictObject({
    cron: z
      .string()
      .min(1)
      .max(200)
      .meta({ description: 'Minute, hour, day, month, weekday; with six fields the first is the second.' }),
    timezone: z.string().max(64).default('UTC').meta({ description: 'Such as Europe/Berlin.' }),
    missed: z
      .enum(['skip', 'last', 'all'])
      .default('last')
      .meta({ description: 'What is made up of slots that passed while Sluice was closed or asleep.' }),
    overlap: z
      .enum(['queue', 'skip', 'replace'])
      .default('skip')
      .meta({ description: 'What a slot does while the run of an earlier one has not ended.' }),
    start: instant('No slot before this.').optional(),
    end: instant('No slot at this time or later.').optional(),
    jitter: duration('Each run waits a part of this, always the same for the same slot.').optional(),
    parameters: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .meta({ description: 'Values for the runs; {slot}, {slot.date} and {previous_slot} are replaced.' }),
    paused: z.boolean().optional(),
  })
  .meta({ description: 'When the pipeline runs by itself.' });
export type PipelineSchedule = z.infer<typeof scheduleSchema>;

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
    timeout: duration('The longest time one attempt of a run may take.').optional(),
    concurrency: concurrencySchema.optional(),
    lateAfter: duration(
      'A run that has not ended so long after it was accepted is late, and says so.',
    ).optional(),
  })
  .meta({ title: 'Sluice pipeline', description: 'A graph of steps over rows.' });

/** A pipeline as it is stored, exported and run: plain data, JSON and YAML alike. */
export type PipelineDocument = z.infer<typeof documentSchema>;
export type PipelineNode = PipelineDocument['nodes'][number];
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
