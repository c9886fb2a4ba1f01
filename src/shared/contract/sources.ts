import { oc } from '@orpc/contract';
import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import { isoTime } from '../kernel/time.ts';
import { environment } from './domain.ts';

/** What a source connects to. `mysql` is MariaDB too. */
export const sourceTypes = ['postgresql', 'mysql', 'sqlite', 's3', 'http', 'folder'] as const;
export type SourceType = (typeof sourceTypes)[number];

const name = z.string().trim().min(1).max(200);
const host = z.string().trim().min(1).max(255);
const port = z.int().min(1).max(65_535);

/**
 * How to reach a source, by type. What is secret (password, secretAccessKey, bearer token, header values) is never
 * here: it stands in `secrets` when it is sent, and is never sent back.
 */
export const sourceConfig = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('postgresql'),
    host,
    port: port.default(5432),
    database: z.string().max(255),
    user: z.string().max(255).default(''),
    tls: z.enum(['off', 'on', 'no-verify']).default('off'),
  }),
  z.strictObject({
    type: z.literal('mysql'),
    host,
    port: port.default(3306),
    database: z.string().max(255),
    user: z.string().max(255).default(''),
    tls: z.enum(['off', 'on', 'no-verify']).default('off'),
  }),
  /** A file below the files folder or a granted one. */
  z.strictObject({ type: z.literal('sqlite'), path: z.string().min(1).max(4096) }),
  z.strictObject({
    type: z.literal('s3'),
    bucket: z.string().min(1).max(255),
    /** Left out: Amazon's own. */
    endpoint: z.url().max(2048).optional(),
    region: z.string().max(100).default('us-east-1'),
    prefix: z.string().max(1024).default(''),
    accessKeyId: z.string().max(255).default(''),
    pathStyle: z.boolean().default(true),
  }),
  z.strictObject({
    type: z.literal('http'),
    url: z.url().max(2048),
    /** Names of headers whose values are secrets. */
    headerNames: z.array(z.string().max(200)).max(20).default([]),
  }),
  /** Below the files folder or a granted one; `''` is the files folder. */
  z.strictObject({ type: z.literal('folder'), path: z.string().max(4096) }),
]);
export type SourceConfig = z.infer<typeof sourceConfig>;

/** By name: `password`, `secretAccessKey`, `sessionToken`, `header:<name>`. */
export const sourceSecrets = z.record(z.string().max(250), z.string().max(8192));

export const sourceTestResult = z.object({
  ok: z.boolean(),
  /** What failed: `name` is the host's, `timeout` a host that is silent. Null when it works. */
  failed: z
    .enum([
      'name',
      'port',
      'timeout',
      'tls',
      'credentials',
      'database',
      'bucket',
      'path',
      'address',
      'answer',
    ])
    .nullable(),
  /** A sentence: what is wrong and what to do; or what was found there. */
  message: z.string(),
  /** Version of the server, where it tells. */
  server: z.string().nullable(),
  milliseconds: z.number(),
});
export type SourceTestResult = z.infer<typeof sourceTestResult>;

export const sourceSummary = z.object({
  id: uuid,
  /** One of its kind in its workspace and environment, whatever the case of its letters. */
  name: z.string(),
  type: z.enum(sourceTypes),
  config: sourceConfig,
  /** Which secrets are set; never their values. */
  secretNames: z.array(z.string()),
  /** Made with a key: used by runs of its environment only. Null is for every environment. */
  environment: environment.nullable(),
  workspace: z.string(),
  description: z.string(),
  createdAt: isoTime,
  updatedAt: isoTime,
  lastTest: sourceTestResult.extend({ at: isoTime }).nullable(),
});
export type SourceSummary = z.infer<typeof sourceSummary>;

export const sourceTable = z.object({
  /** As nodes name it: `public.orders`, or the key of an object or the path of a file. */
  name: z.string(),
  kind: z.enum(['table', 'view', 'object', 'file']),
  columns: z.array(z.object({ name: z.string(), type: z.string(), nullable: z.boolean() })),
  /** Exact where it was counted; an estimate of the server's own where counting would take long. */
  rows: z.int().nullable(),
  rowsExact: z.boolean(),
  bytes: z.int().nullable(),
});
export const sourceMetadata = z.object({
  tables: z.array(sourceTable),
  /** There are more than are listed. */
  more: z.boolean(),
});
export type SourceMetadata = z.infer<typeof sourceMetadata>;

export const sourceUse = z.object({ pipelineId: uuid, pipelineName: z.string(), nodeId: z.string() });
export type SourceUse = z.infer<typeof sourceUse>;

const sourceInput = z.object({
  name,
  description: z.string().max(2000).default(''),
  config: sourceConfig,
  /** What is left out stays as it is; an empty text removes it. */
  secrets: sourceSecrets.default({}),
  environment: environment.nullable().default(null),
});

export const sourcesContract = {
  list: oc
    .input(z.object({ search: z.string().max(200).optional() }).default({}))
    .output(z.array(sourceSummary)),
  get: oc.input(z.object({ id: uuid })).output(sourceSummary),
  create: oc.input(sourceInput).output(sourceSummary),
  update: oc.input(sourceInput.partial().extend({ id: uuid })).output(sourceSummary),
  /** Nodes that name it are told in `usedBy` before; they fail from then on. */
  remove: oc.input(z.object({ ids: z.array(uuid).min(1).max(1000) })).output(z.object({ removed: z.int() })),
  usedBy: oc.input(z.object({ id: uuid })).output(z.array(sourceUse)),
  /** Connects with a stored source, or with what a form holds (its missing secrets are the stored source's). */
  test: oc
    .input(
      z.union([
        z.object({ id: uuid }),
        z.object({ config: sourceConfig, secrets: sourceSecrets.default({}), secretsOf: uuid.optional() }),
      ]),
    )
    .output(sourceTestResult),
  /** `URL` or `Server=...;Database=...`, as a config and its secrets. Throws invalid_input with what cannot be read. */
  parseConnection: oc
    .input(z.object({ text: z.string().min(1).max(8192) }))
    .output(z.object({ config: sourceConfig, secrets: sourceSecrets })),
  metadata: oc.input(z.object({ id: uuid, table: z.string().max(1000).optional() })).output(sourceMetadata),
};
