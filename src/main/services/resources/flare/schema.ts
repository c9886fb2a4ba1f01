import { z } from 'zod';
import {
  backoffSchema,
  concurrencySchema,
  nodeSchema,
  parameterSchema,
} from '../../../../shared/pipeline/document.ts';

/**
 * A workflow as it is sent. Objects are open: DataOS documents carry settings for its clusters (`driver`, `logLevel`,
 * `compute` ...) that mean nothing here; they are kept in the spec and have no effect.
 */

const label = (what: string) =>
  z
    .string()
    .min(1)
    .max(63)
    .regex(
      /^[A-Za-z_][A-Za-z0-9_-]*$/,
      `The name of ${what} takes letters, digits, _ and -, and begins with a letter.`,
    );

const address = z.string().min(1).max(1000).meta({
  description: 'dataos://<depot>:<collection>/<dataset>; the depot sluice means datasets of this workspace.',
});
const format = z.string().max(50).meta({
  description: 'csv, json, ndjson or parquet for files. Told from the ending of the name when left out.',
});

const flareInput = z.looseObject({ name: label('an input'), dataset: address, format: format.optional() });
const flareOutput = z.looseObject({
  name: label('an output').meta({
    description: 'The step or input whose rows are written; the last step where no such name exists.',
  }),
  dataset: address,
  format: format.optional(),
  mode: z.enum(['replace', 'overwrite', 'append']).optional(),
});
const flareQuery = z.looseObject({
  name: label('a step'),
  sql: z.string().trim().min(1).max(65_536).meta({
    description: 'One SELECT in DuckDB’s dialect. Inputs and earlier steps are tables.',
  }),
});

export const flareJob = z.looseObject({
  inputs: z.array(flareInput).max(200).default([]),
  outputs: z.array(flareOutput).max(200).default([]),
  steps: z
    .array(z.looseObject({ sequence: z.array(flareQuery).max(500) }))
    .max(200)
    .default([]),
});
export type FlareJob = z.infer<typeof flareJob>;

/** A step of a pipeline as it is, for pipelines that were not made of Flare tasks. */
export const sluiceStep = z.strictObject({
  node: nodeSchema.omit({ id: true }),
  wires: z
    .array(z.strictObject({ from: z.string().max(130), to: z.string().max(63).optional() }))
    .max(1000)
    .default([]),
});

const task = z.looseObject({
  name: label('a task'),
  dependencies: z.array(z.string().min(1).max(63)).max(500).default([]).meta({
    description: 'Tasks that come before. Rows are passed where one writes what the other reads.',
  }),
  spec: z.looseObject({
    stack: z
      .string()
      .max(63)
      .regex(/^(flare|sluice):/, 'The stack is flare:<version>, such as flare:7.0.'),
    stackSpec: z.looseObject({}).optional().meta({
      description: '{job: {inputs, outputs, steps}}; a task without it does nothing yet.',
    }),
  }),
});
export type WorkflowTask = z.infer<typeof task>;

const schedule = z.looseObject({
  cron: z.string().min(1).max(200),
  timezone: z.string().max(64).optional(),
  concurrencyPolicy: z.enum(['Allow', 'Forbid', 'Replace']).optional(),
});

export const workflowSpec = z.looseObject({
  title: z.string().trim().min(1).max(200).optional(),
  schedule: schedule.optional(),
  dag: z.array(task).min(1).max(500),
  parameters: z.record(z.string(), parameterSchema).optional(),
  retry: backoffSchema.optional(),
  timeout: z.string().max(50).optional(),
  concurrency: concurrencySchema.optional(),
  lateAfter: z.string().max(50).optional(),
});
export type WorkflowSpec = z.infer<typeof workflowSpec>;
