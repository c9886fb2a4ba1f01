import { z } from 'zod';
import { parameterValues } from '../../../../shared/contract/domain.ts';
import { sourceTypes } from '../../../../shared/contract/sources.ts';
import { isoTime } from '../../../../shared/kernel/time.ts';
import { runCursorPattern } from '../../../services/run-queries.ts';
import { stepsSchema, takenSteps } from '../../transformations/index.ts';

const exampleId = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';
const id = (what: string) => z.string().meta({ description: what, examples: [exampleId] });

const limit = z.coerce.number().int().min(1).max(1000).default(100).meta({ description: 'Most of a page.' });
const offset = z.coerce
  .number()
  .int()
  .min(0)
  .max(1e15)
  .default(0)
  .meta({ description: 'How many are passed over.' });

// ---- pipelines

export const pipelinePath = z.object({ pipelineId: id('Of the pipeline.') });

const pipelineName = z.string().trim().min(1).max(200);

export const createPipelineBody = z.strictObject({ name: pipelineName, steps: takenSteps });

export const updatePipelineBody = z
  .strictObject({ name: pipelineName.optional(), steps: takenSteps.optional() })
  .refine(({ name, steps }) => name !== undefined || steps !== undefined, 'Send a name, steps, or both.')
  .meta({ minProperties: 1 });

export const pipelineAnswer = z.object({
  pipelineId: z.uuid(),
  name: z.string(),
  /** Null where the graph is no chain: it cannot be told as steps without losing some of it. */
  steps: stepsSchema.nullable().meta({
    description: 'Null for a pipeline that is no chain of steps; its graph is in the window.',
  }),
  createdAt: isoTime,
  updatedAt: isoTime,
});
export type PipelineAnswer = z.infer<typeof pipelineAnswer>;

export const pipelinesQuery = z.object({
  limit,
  offset,
  page: z.coerce.number().int().min(1).max(1e9).optional().meta({
    description: 'Instead of an offset: 1 is the first page.',
  }),
  search: z.string().max(200).optional().meta({ description: 'In names and descriptions.' }),
});

const pageFacts = {
  total: z.int().meta({ description: 'All there are, not only those of the page.' }),
  limit: z.int(),
  offset: z.int(),
};

export const pipelinesAnswer = z.object({ pipelines: z.array(pipelineAnswer), ...pageFacts });

// ---- jobs

export const jobStatuses = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof jobStatuses)[number];

export const jobPath = z.object({ jobId: id('Of the job, whatever it was started by.') });

export const submitBody = z.strictObject({
  pipelineId: z
    .string()
    .max(200)
    .meta({ examples: [exampleId] }),
  input: z
    .string()
    .min(1)
    .max(4096)
    .optional()
    .meta({
      description:
        'Read instead of the pipeline’s source, for this job alone: a file below the files folder, a dataset’s or a version’s id, `dataset://name`, `s3://bucket/key`, `db://source/table`, or an `http(s)://` address.',
      examples: ['s3://fake-bucket/data.csv'],
    }),
  parameters: parameterValues
    .optional()
    .meta({ description: 'Values of the pipeline’s parameters, where it has any.' }),
});

export const jobAnswer = z.object({
  jobId: z.uuid(),
  pipelineId: z.uuid(),
  status: z.enum(jobStatuses),
  progress: z.int().min(0).max(100).meta({ description: '0 to 100.' }),
  createdAt: isoTime,
  startedAt: isoTime.nullable(),
  finishedAt: isoTime.nullable(),
  error: z.string().nullable().meta({ description: 'Why it failed or was cancelled.' }),
});
export type JobAnswer = z.infer<typeof jobAnswer>;

export const jobsQuery = z.object({
  pipelineId: z.string().max(200).optional(),
  status: z.enum(jobStatuses).optional(),
  limit,
  cursor: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'The `next` of the page before.', pattern: runCursorPattern.source }),
});

export const jobsAnswer = z.object({
  jobs: z.array(jobAnswer),
  next: z.string().nullable().meta({ description: 'Cursor of the page after this one.' }),
});

export const resultsQuery = z.object({
  limit,
  offset,
  output: z.string().max(300).optional().meta({
    description: 'Name of the output whose rows are wanted; the last step’s when left out.',
  }),
});

export const resultsAnswer = z.object({
  jobId: z.uuid(),
  status: z.enum(jobStatuses),
  error: z.string().nullable(),
  outputs: z
    .array(
      z.object({
        type: z.string().meta({ description: 'dataset, file or table.' }),
        name: z.string(),
        datasetId: z.uuid().nullable(),
        versionId: z.uuid().nullable(),
        rows: z.int(),
        bytes: z.int(),
      }),
    )
    .meta({ description: 'What the job wrote. Empty until it has completed.' }),
  rows: z
    .array(z.record(z.string(), z.unknown()))
    .meta({ description: 'A page of the dataset that it wrote; empty where it wrote a file or a table.' }),
  ...pageFacts,
});
export type ResultsAnswer = z.infer<typeof resultsAnswer>;

// ---- data sources

export const sourcePath = z.object({ id: id('Of the data source.') });

const connection = {
  type: z
    .string()
    .min(1)
    .max(50)
    .optional()
    .meta({
      description: `database, or one of: ${sourceTypes.join(', ')}, mariadb, csv.`,
      examples: ['database'],
    }),
  connectionString: z
    .string()
    .min(1)
    .max(8192)
    .optional()
    .meta({
      description:
        'An address such as postgresql://user:password@host:5432/name, or Server=...;Database=...;',
      examples: ['Server=fake-db;Database=fake;User Id=fake;Password=fake;'],
    }),
  config: z.record(z.string(), z.unknown()).optional().meta({
    description: 'Instead of a connection string: host, port, database, user, password ... by type.',
  }),
};

/** Said to readers of the schema; `connectionOf` words what is missing or too much. */
const oneConnection = { required: ['connectionString'], properties: { config: false } };
const otherConnection = { required: ['type', 'config'], properties: { connectionString: false } };

const sourceBody = z.strictObject({
  ...connection,
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Made from the address when left out.' }),
  description: z.string().max(2000).optional(),
});

export const createSourceBody = sourceBody.meta({ anyOf: [oneConnection, otherConnection] });

export const updateSourceBody = sourceBody
  .refine((body) => Object.values(body).some((value) => value !== undefined), 'Send what is to change.')
  .meta({
    description: 'What is left out stays; so do secrets, unless the address changes.',
    minProperties: 1,
    not: { required: ['connectionString', 'config'] },
  });

export const testSourceBody = z
  .strictObject({
    ...connection,
    id: z.string().max(200).optional().meta({ description: 'A stored data source.' }),
  })
  .meta({ anyOf: [{ required: ['id'] }, oneConnection, otherConnection] });

const lastTest = z.object({ success: z.boolean(), message: z.string(), at: isoTime });

export const sourceAnswer = z.object({
  id: z.uuid(),
  name: z.string(),
  type: z.string().meta({ description: 'database, s3, http or folder.' }),
  engine: z.enum(sourceTypes),
  description: z.string(),
  config: z.record(z.string(), z.unknown()).meta({ description: 'Without anything secret.' }),
  secrets: z
    .array(z.string())
    .meta({ description: 'Names of the secrets that are set; never their values.' }),
  createdAt: isoTime,
  updatedAt: isoTime,
  lastTest: lastTest.nullable(),
});
export type SourceAnswer = z.infer<typeof sourceAnswer>;

export const sourcesQuery = z.object({ limit, offset, search: z.string().max(200).optional() });
export const sourcesAnswer = z.object({ datasources: z.array(sourceAnswer), ...pageFacts });

export const testAnswer = z.object({
  success: z.boolean(),
  failed: z.string().nullable().meta({
    description:
      'What failed: name, port, timeout, tls, credentials, database, bucket, path, address or answer.',
  }),
  message: z.string(),
  server: z.string().nullable().meta({ description: 'Version of the server, where it tells.' }),
  milliseconds: z.number(),
});

export const metadataQuery = z.object({
  table: z.string().max(1000).optional().meta({ description: 'This one alone.' }),
});

export const metadataAnswer = z.object({
  id: z.uuid(),
  tables: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['table', 'view', 'object', 'file']),
      columns: z.array(z.object({ name: z.string(), type: z.string(), nullable: z.boolean() })),
      rowCount: z.int().nullable(),
      rowCountExact: z.boolean(),
      bytes: z.int().nullable(),
    }),
  ),
  more: z.boolean().meta({ description: 'There are more than are listed.' }),
});
