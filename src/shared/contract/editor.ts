import { oc } from '@orpc/contract';
import { z } from 'zod';
import { cell, column } from '../kernel/columns.ts';
import { uuid } from '../kernel/ids.ts';
import { documentSchema } from '../pipeline/document.ts';
import { problemSchema } from '../pipeline/problem.ts';
import { environment, parameterValues } from './domain.ts';

/** What the editor asks while a person edits: nothing here changes anything outside. */
const draft = z.object({
  document: documentSchema,
  parameters: parameterValues.default({}),
  environment: environment.default('live'),
  /** The stored pipeline that is edited: files granted to it may be read. */
  pipelineId: uuid.optional(),
  /** Names the asking editor: its newer preview cancels its older one. */
  session: z.string().max(64).optional(),
});

export const nodeSchemaOutput = z.object({
  nodeId: z.string(),
  ports: z.record(z.string(), z.array(column)),
});

export const previewOutput = z.object({
  columns: z.array(column),
  rows: z.array(z.array(cell)),
  more: z.boolean(),
  partial: z.boolean(),
  stats: z.array(z.object({ name: z.string(), nulls: z.int(), distinct: z.int() })).optional(),
  problems: z.array(problemSchema),
  milliseconds: z.number(),
});

export const fileEntry = z.object({
  name: z.string(),
  /** As a config names it: relative to the files folder, or absolute below a granted folder. */
  path: z.string(),
  kind: z.enum(['file', 'folder']),
  bytes: z.int(),
  modifiedAt: z.string(),
});

export const editorContract = {
  /** Columns at every node and all problems of the draft. */
  check: oc
    .input(draft)
    .output(z.object({ nodes: z.array(nodeSchemaOutput), problems: z.array(problemSchema) })),
  /** First rows at one node. A sink shows the rows that would arrive. */
  preview: oc
    .input(
      draft.extend({
        nodeId: z.string(),
        port: z.string().optional(),
        limit: z.int().min(1).max(10_000).default(200),
        /** Source rows read at most; left out reads all. */
        scanLimit: z.int().positive().optional(),
        stats: z.boolean().default(true),
      }),
    )
    .output(previewOutput),
  explain: oc.input(draft).output(
    z.object({
      nodes: z.array(
        z.object({
          nodeId: z.string(),
          kind: z.string(),
          digest: z.string(),
          plan: z.unknown(),
          sql: z.string(),
        }),
      ),
      statements: z.array(z.object({ nodeIds: z.array(z.string()), sql: z.string() })),
      problems: z.array(problemSchema),
    }),
  ),
  /** Files a pipeline may read: the files folder and granted folders. */
  files: oc
    .input(z.object({ folder: z.string().default('') }))
    .output(z.object({ folder: z.string(), entries: z.array(fileEntry) })),
  /** What a source file looks like: sniffed options, columns, first rows. `options` are the kind's config so far. */
  sniff: oc
    .input(
      z.object({
        path: z.string(),
        kind: z.enum(['csv-file', 'json-file', 'parquet-file']),
        config: z.record(z.string(), z.unknown()).default({}),
        pipelineId: uuid.optional(),
      }),
    )
    .output(
      z.object({
        columns: z.array(column),
        rows: z.array(z.array(cell)),
        delimiter: z.string().optional(),
        quote: z.string().optional(),
        header: z.boolean().optional(),
      }),
    ),
  /**
   * Puts a local file into the files folder, in pieces: the first call has offset 0, the last one `last`.
   * A name that exists gets a number. The answer's path is what a source's config takes.
   */
  upload: oc
    .input(
      z.object({
        uploadId: z.uuid(),
        name: z.string().min(1).max(255),
        offset: z.int().min(0),
        base64: z.string().max(1_400_000),
        last: z.boolean(),
      }),
    )
    .output(z.object({ received: z.int(), path: z.string().nullable() })),
};
