import { z } from 'zod';
import { transformationsSchema } from '../../transformations/index.ts';

export const formats = ['json', 'xml', 'csv'] as const;
export type Format = (typeof formats)[number];

export const mostRecords = 1000;

/** Describes the body; what checks it is the scanner, which never builds a value of the records. */
export const ingestBody = z.object({
  source: z
    .string()
    .min(1)
    .max(150)
    .meta({ description: 'Where the records come from; names the pipeline and its dataset.' }),
  data: z
    .union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))])
    .meta({ description: 'A record, or an array of records.' }),
  transformations: transformationsSchema.optional(),
});

export const ingestAnswer = z.object({
  job_id: z.uuid(),
  status: z.literal('queued'),
  eta_seconds: z.int().min(0),
});

export const jobPath = z.object({
  job_id: z.string().meta({ description: 'The job_id that ingest answered.' }),
});

export const errorAnswer = z.object({ error: z.string(), message: z.string(), code: z.string() });

export const jobAnswer = z.object({
  job_id: z.uuid(),
  status: z.enum(['queued', 'processing', 'completed', 'failed']),
  progress: z.int().min(0).max(100).meta({ description: 'Percent.' }),
  result_url: z.string().meta({
    description: 'Path of the result; empty until the job has ended. Of a failed job it answers why.',
  }),
});
export type JobAnswer = z.infer<typeof jobAnswer>;

export const dataPath = z.object({
  dataset_id: z
    .string()
    .meta({ description: 'Id of a dataset (its current version), or of one version for ever.' }),
});

/** Of the query: text that `pattern` describes whole. */
const wholeNumber = (pattern: RegExp, fault: string) => z.string().regex(pattern, fault).transform(Number);

export const dataQuery = z.object({
  format: z
    .enum(formats, { error: 'Use json, xml or csv.' })
    .optional()
    .meta({ description: 'The Accept header decides when left out; JSON when that says nothing.' }),
  limit: wholeNumber(/^0*(1000|[1-9]\d{0,2})$/, `must be a whole number from 1 to ${mostRecords}.`)
    .optional()
    .meta({
      description: `Records of this page, ${mostRecords} when left out. CSV without it holds all records.`,
    }),
  offset: wholeNumber(/^\d{1,15}$/, 'must be a whole number from 0 on.')
    .optional()
    .meta({ description: 'Records to leave out first; 0 when left out.' }),
  spreadsheet_safe: z
    .enum(['true', 'false'], { error: 'Use true or false.' })
    .optional()
    .meta({ description: 'CSV: cells that a spreadsheet would take for formulas are made text.' }),
});

export const dataAnswer = z.object({
  dataset_id: z.uuid(),
  records: z.array(z.record(z.string(), z.unknown())),
  total_count: z.int().min(0),
  next_page: z.string().meta({ description: 'Path of the next page; empty on the last one.' }),
});
