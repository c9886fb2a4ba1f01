import { z } from 'zod';
import '../kernel/plain-issues.ts';
import { cell, column } from '../kernel/columns.ts';
import { uuid } from '../kernel/ids.ts';
import { isoTime } from '../kernel/time.ts';
import { documentSchema } from '../pipeline/document.ts';
import { retentionSettings } from './retention.ts';

/** What the core's things look like to the window, the command line and the doors' mappings. */

export const environment = z.enum(['live', 'sandbox']);
export type Environment = z.infer<typeof environment>;

export const errorReport = z.object({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
});

export const pipelineSummary = z.object({
  id: uuid,
  name: z.string(),
  description: z.string(),
  /** Newest revision; revisions count from 1. */
  revision: z.int(),
  nodeCount: z.int(),
  /** Came with Sluice and may be removed. */
  sample: z.boolean(),
  /** Made with a key: seen and started by keys of its environment only. Null is for every environment. */
  environment: environment.nullable(),
  /** Name of the workspace that owns it. */
  workspace: z.string(),
  createdAt: isoTime,
  updatedAt: isoTime,
  lastRun: z
    .object({
      id: uuid,
      status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
      at: isoTime,
    })
    .nullable(),
});
export type PipelineSummary = z.infer<typeof pipelineSummary>;

export const pipelineDetail = pipelineSummary.extend({ document: documentSchema });
export type PipelineDetail = z.infer<typeof pipelineDetail>;

export const pipelineRevision = z.object({
  revision: z.int(),
  createdAt: isoTime,
  /** Who saved it: `window`, `cli`, `sample`, or `key:<prefix>`. */
  author: z.string(),
  nodeCount: z.int(),
});
export type PipelineRevision = z.infer<typeof pipelineRevision>;

export const runStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export type RunStatus = z.infer<typeof runStatus>;
export const terminalStatuses: readonly RunStatus[] = ['succeeded', 'failed', 'cancelled'];

export const runMode = z.enum(['fast', 'inspect']);
export type RunMode = z.infer<typeof runMode>;

export const runTrigger = z.enum([
  'window',
  'api',
  'cli',
  'schedule',
  'webhook',
  'file',
  'dataset',
  'pipeline',
]);
export type RunTrigger = z.infer<typeof runTrigger>;

export const parameterValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const runSummary = z.object({
  id: uuid,
  pipelineId: uuid,
  pipelineName: z.string(),
  revision: z.int(),
  status: runStatus,
  mode: runMode,
  environment,
  trigger: runTrigger,
  /** What caused it, for people: the key's name, "Run button", "again: <run id>". */
  cause: z.string(),
  attempt: z.int(),
  /** 0 to 100, rounded down. */
  percent: z.int(),
  queuedAt: isoTime,
  startedAt: isoTime.nullable(),
  finishedAt: isoTime.nullable(),
  rowsRead: z.int().nullable(),
  rowsWritten: z.int().nullable(),
  error: errorReport.nullable(),
  /** Higher is started first: 100 the window's Run button, 0 ordinary, -100 a backfill. */
  priority: z.int(),
  /** A queued run is not started before this: the wait before its next attempt. */
  notBefore: isoTime.nullable(),
  /** The run that this one repeats, and how: everything, what had failed, or from a step on. */
  originRun: uuid.nullable(),
  originVerb: z.enum(['again', 'retry', 'from']).nullable(),
  /** The trigger that started it. */
  triggerId: uuid.nullable(),
  labels: z.array(z.string()),
  note: z.string().nullable(),
  /** Never removed by retention, nor is what it needs. */
  pinned: z.boolean(),
});
export type RunSummary = z.infer<typeof runSummary>;

export const stepStatus = z.enum([
  'pending',
  'running',
  'succeeded',
  'reused',
  'failed',
  'skipped',
  'cancelled',
]);

export const runStep = z.object({
  nodeId: z.string(),
  attempt: z.int(),
  kind: z.string(),
  title: z.string(),
  status: stepStatus,
  rows: z.int().nullable(),
  rejectedRows: z.int().nullable(),
  bytes: z.int().nullable(),
  milliseconds: z.number().nullable(),
  percent: z.int().nullable(),
  /** Tries within the attempt; more than one where the step's own retry policy was used. */
  tries: z.int(),
  startedAt: isoTime.nullable(),
  finishedAt: isoTime.nullable(),
  reusedFromRun: uuid.nullable(),
  /** The node's rows were kept by this run and can be looked at. */
  hasRows: z.boolean(),
  error: errorReport.nullable(),
  /** How far a running step is, told about once a second; of the moment, and not stored. */
  live: z
    .object({
      milliseconds: z.number(),
      /** Of the engine process. */
      memoryBytes: z.number(),
      rowsScanned: z.number().optional(),
      rowsPerSecond: z.number().optional(),
      bytesWritten: z.number().optional(),
    })
    .optional(),
});
export type RunStep = z.infer<typeof runStep>;

export const runOutput = z.object({
  nodeId: z.string(),
  kind: z.enum(['dataset', 'file']),
  /** Dataset name, or the file's path as the pipeline names it. */
  name: z.string(),
  datasetId: uuid.nullable(),
  versionId: uuid.nullable(),
  rows: z.int(),
  bytes: z.int(),
});

export const runAttempt = z.object({
  attempt: z.int(),
  status: z.enum(['running', 'succeeded', 'failed', 'cancelled', 'interrupted']),
  startedAt: isoTime,
  finishedAt: isoTime.nullable(),
  error: errorReport.nullable(),
  /** When the next attempt may start, where another follows. */
  retryAt: isoTime.nullable(),
});
export type RunAttempt = z.infer<typeof runAttempt>;

export const runDetail = runSummary.extend({
  parameters: parameterValues,
  /** The document exactly as it ran. */
  document: documentSchema,
  /** Steps of the newest attempt. */
  steps: z.array(runStep),
  /** Oldest first. */
  attempts: z.array(runAttempt),
  /** The node that a "run from here" began with. */
  fromNode: z.string().nullable(),
  /**
   * Why a queued run does not start yet: no free slot, its pipeline's limit, a dataset that another run is writing, or
   * the wait before a retry.
   */
  waitsFor: z.enum(['slot', 'pipeline', 'dataset', 'time']).nullable(),
  /** Attempts it may have by its retry policy, crashes apart. */
  maxAttempts: z.int(),
  outputs: z.array(runOutput),
  /** When retention removed the log of this run; the run itself stayed. */
  logRemovedAt: isoTime.nullable(),
});
export type RunDetail = z.infer<typeof runDetail>;

export const logLevel = z.enum(['debug', 'info', 'warn', 'error']);
export const logEntry = z.object({
  /** Grows with time inside a run; what `after` and `before` speak of. */
  id: z.int(),
  time: isoTime,
  level: logLevel,
  attempt: z.int(),
  nodeId: z.string().nullable(),
  message: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type LogEntry = z.infer<typeof logEntry>;

export const datasetSummary = z.object({
  id: uuid,
  name: z.string(),
  environment,
  /** Name of the workspace that owns it: names are unique in there. */
  workspace: z.string(),
  versionId: uuid,
  versionCount: z.int(),
  rows: z.int(),
  bytes: z.int(),
  /** Of the current version; `datasets.get` names them. */
  columnCount: z.int(),
  createdAt: isoTime,
  updatedAt: isoTime,
  /** All its versions stay, whatever the retention. */
  pinned: z.boolean(),
});
export type DatasetSummary = z.infer<typeof datasetSummary>;

export const datasetVersion = z.object({
  id: uuid,
  number: z.int(),
  rows: z.int(),
  bytes: z.int(),
  columns: z.array(column),
  runId: uuid.nullable(),
  createdAt: isoTime,
});
export type DatasetVersion = z.infer<typeof datasetVersion>;

export const rowsPage = z.object({
  columns: z.array(column),
  rows: z.array(z.array(cell)),
  offset: z.int(),
  /** All rows there are, not only the page's. */
  total: z.int(),
});
export type RowsPage = z.infer<typeof rowsPage>;

export const columnSummary = z.object({
  name: z.string(),
  type: z.string(),
  nulls: z.int(),
  distinct: z.int(),
  min: z.string().nullable(),
  max: z.string().nullable(),
});

export const keySummary = z.object({
  id: uuid,
  name: z.string(),
  /** `slc_live_<8 id>`: safe to show. */
  prefix: z.string(),
  environment,
  scopes: z.array(z.string()),
  plan: z.string(),
  /** The only pipelines that it reaches, at every door; null is all of its environment. */
  pipelineIds: z.array(uuid).nullable(),
  /** Absolute folders that its pipelines may use beside the files folder and what is granted to all. */
  folders: z.array(z.string()),
  createdAt: isoTime,
  expiresAt: isoTime.nullable(),
  lastUsedAt: isoTime.nullable(),
  revokedAt: isoTime.nullable(),
  /** After a rotation: until when the earlier text of this key still works. */
  previousUntil: isoTime.nullable(),
});
export type KeySummary = z.infer<typeof keySummary>;

/**
 * What a key may do, by door and verb. `all` is everything. Tokens, webhooks and data sources have scopes of their own:
 * a key that writes must not thereby mint keys, send data elsewhere, or hold the credentials of a database.
 */
export const keyScopes = [
  'all',
  'dataflow:read',
  'dataflow:write',
  'cloudflow:read',
  'cloudflow:write',
  'cloudflow:run',
  'cloudflow:sources',
  'execution:read',
  'execution:run',
  'dataos:read',
  'dataos:write',
  'dataos:webhooks',
  'dataos:tokens',
  'datapulse:read',
  'datapulse:write',
] as const;
export const keyScope = z.enum(keyScopes);
export type KeyScope = (typeof keyScopes)[number];

export const keyPlans = ['standard', 'starter', 'professional', 'enterprise', 'unlimited'] as const;
export type KeyPlan = (typeof keyPlans)[number];

export const doorNames = ['dataflow', 'cloudflow', 'execution', 'dataos', 'datapulse'] as const;
export type DoorName = (typeof doorNames)[number];

/** How rows may leave as a file. */
export const exportFormat = z.enum(['csv', 'json', 'ndjson', 'parquet']);
export type ExportFormat = z.infer<typeof exportFormat>;

export const settings = z.object({
  /** Bytes of memory one run may use. */
  runMemoryBytes: z.int().min(128 * 1024 * 1024),
  runThreads: z.int().min(1).max(256),
  /** Runs executing at the same time. */
  concurrentRuns: z.int().min(1).max(64),
  /** Bytes that kept node outputs may take before the least recently used are dropped. */
  keptBytes: z.int().min(0),
  /** Folders beside the files folder that every pipeline may read and write. */
  grantedFolders: z.array(z.string()),
  /** Of exports for which none is named. */
  exportFormat,
  retention: retentionSettings,
});
/** A change of the settings: what is left out stays. */
export const settingsChange = settings
  .partial()
  .extend({ retention: retentionSettings.partial().optional() })
  .strict();
export type SettingsChange = z.infer<typeof settingsChange>;
export type Settings = z.infer<typeof settings>;
