import { oc } from '@orpc/contract';
import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import {
  columnSummary,
  datasetSummary,
  datasetVersion,
  environment,
  exportFormat,
  rowsPage,
} from './domain.ts';

export const sortOrder = z
  .array(z.object({ column: z.string(), descending: z.boolean().default(false) }))
  .max(8);

export const datasetsContract = {
  list: oc
    .input(z.object({ search: z.string().optional(), environment: environment.optional() }).default({}))
    .output(z.array(datasetSummary)),
  get: oc.input(z.object({ id: uuid })).output(datasetSummary.extend({ versions: z.array(datasetVersion) })),
  rows: oc
    .input(
      z.object({
        id: uuid,
        versionId: uuid.optional(),
        offset: z.int().min(0).default(0),
        limit: z.int().min(1).max(1000).default(200),
        orderBy: sortOrder.optional(),
        /** One SQL condition over the columns. */
        filter: z.string().max(10_000).optional(),
      }),
    )
    .output(rowsPage),
  summary: oc
    .input(z.object({ id: uuid, versionId: uuid.optional() }))
    .output(z.object({ rows: z.int(), columns: z.array(columnSummary) })),
  /** Writes a version into `<home>/files/exports` and answers its path there, and a one-time address to download it. */
  exportFile: oc
    .input(
      z.object({
        id: uuid,
        versionId: uuid.optional(),
        /** Left out: the format that the settings say. */
        format: exportFormat.optional(),
        /** Cells that a spreadsheet would run as a formula are defused. */
        spreadsheetSafe: z.boolean().default(false),
      }),
    )
    .output(
      z.object({
        path: z.string(),
        fileName: z.string(),
        bytes: z.int(),
        rows: z.int(),
        downloadPath: z.string(),
      }),
    ),
  rename: oc.input(z.object({ id: uuid, name: z.string().trim().min(1).max(200) })).output(datasetSummary),
  /** A pinned dataset keeps all its versions, whatever the retention. */
  pin: oc.input(z.object({ id: uuid, pinned: z.boolean() })).output(datasetSummary),
  remove: oc.input(z.object({ ids: z.array(uuid).min(1).max(1000) })).output(z.object({ removed: z.int() })),
};
