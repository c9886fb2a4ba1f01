import { oc } from '@orpc/contract';
import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import { documentSchema } from '../pipeline/document.ts';
import { problemSchema } from '../pipeline/problem.ts';
import { pipelineDetail, pipelineRevision, pipelineSummary } from './domain.ts';

const textFormat = z.enum(['yaml', 'json']);

export const pipelinesContract = {
  list: oc.input(z.object({ search: z.string().optional() }).default({})).output(z.array(pipelineSummary)),
  /** `revision` opens an older one; the newest otherwise. */
  get: oc.input(z.object({ id: uuid, revision: z.int().optional() })).output(pipelineDetail),
  create: oc.input(z.object({ document: documentSchema })).output(pipelineDetail),
  /**
   * Saves a new revision. `baseRevision` is the one that the edit started from: if another was saved since,
   * the answer is `revision_conflict` and nothing is written. A document equal to the newest saves nothing.
   */
  save: oc
    .input(z.object({ id: uuid, baseRevision: z.int(), document: documentSchema }))
    .output(z.object({ revision: z.int() })),
  rename: oc.input(z.object({ id: uuid, name: z.string().trim().min(1).max(200) })).output(pipelineSummary),
  duplicate: oc.input(z.object({ id: uuid })).output(pipelineDetail),
  /** Removing keeps everything until `restore` or retention; runs stay. */
  remove: oc.input(z.object({ ids: z.array(uuid).min(1).max(1000) })).output(z.object({ removed: z.int() })),
  restore: oc
    .input(z.object({ ids: z.array(uuid).min(1).max(1000) }))
    .output(z.object({ restored: z.int() })),
  revisions: oc.input(z.object({ id: uuid })).output(z.array(pipelineRevision)),
  exportText: oc
    .input(z.object({ id: uuid, revision: z.int().optional(), format: textFormat }))
    .output(z.object({ fileName: z.string(), text: z.string() })),
  /** Reads a document from text. With `id` (or a document whose name exists and `byName`) it becomes a new revision. */
  importText: oc
    .input(
      z.object({
        text: z.string().max(4_000_000),
        format: textFormat.optional(),
        byName: z.boolean().default(false),
      }),
    )
    .output(z.object({ pipeline: pipelineDetail, problems: z.array(problemSchema), created: z.boolean() })),
};
