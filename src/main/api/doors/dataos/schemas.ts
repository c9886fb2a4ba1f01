import { z } from 'zod';
import { keyScope } from '../../../../shared/contract/domain.ts';
import {
  resourceNamePattern,
  resourceStatus,
  resourceType,
  resourceTypes,
} from '../../../../shared/contract/resources.ts';
import { durationPattern, parseDuration } from '../../../../shared/kernel/time.ts';
import { datasetSpec } from '../../../services/resources/datasets.ts';
import { depotSpec } from '../../../services/resources/depots.ts';
import { workflowSpec } from '../../../services/resources/flare/schema.ts';
import { secretSpec } from '../../../services/resources/secrets.ts';
import { serviceSpec } from '../../../services/resources/service-spec.ts';
import { publicAddressPattern, webAddressPattern } from '../../openapi/address-patterns.ts';

const instant = z.string().meta({ format: 'date-time', examples: ['2024-01-01T00:00:00Z'] });

/** Of things that are made: of those that exist any text is asked for, and is not found. */
const newName = z
  .string()
  .min(1)
  .max(100)
  .regex(
    resourceNamePattern,
    'A name takes letters, digits and . _ -, and begins and ends with a letter or digit.',
  );
const anyName = (example: string) =>
  z
    .string()
    .min(1)
    .max(100)
    .meta({ examples: [example] });

const workspaceName = anyName('analytics').meta({ description: 'Name of a workspace.' });
const version = z.string().trim().min(1).max(63).default('v1').meta({ description: 'A label of your own.' });
const duration = z
  .string()
  .max(50)
  .regex(durationPattern, 'Write a duration such as 1h, 30m or 1d.')
  .meta({ examples: ['1h'] });
/** Not nothing. */
const lifetime = duration
  .refine((text) => (parseDuration(text) ?? 0) > 0, 'Write a duration such as 720h.')
  .meta({ pattern: durationPattern.source.replace('^', '^(?=.*[1-9])') });

const limit = z.coerce.number().int().min(1).max(1000).default(20).meta({ description: 'Results per page.' });
const offset = z.coerce
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .default(0)
  .meta({ description: 'Pagination offset.' });
export const pageQuery = z.object({ limit, offset });

const meta = z.object({ total: z.int(), limit: z.int(), offset: z.int() });
export const pageOf = <Item extends z.ZodType>(item: Item) => z.object({ data: z.array(item), meta });

export const errorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
    retry_after: z.int().optional().meta({ description: 'Seconds; with RATE_LIMIT_EXCEEDED alone.' }),
  }),
});
export type DataosError = z.infer<typeof errorAnswer>;

export const listQuery = pageQuery.extend({
  type: resourceType.optional().meta({ description: 'Resource type.' }),
  workspace: workspaceName.optional().meta({ description: 'Workspace name; all workspaces when left out.' }),
  name: anyName('daily-etl').optional(),
  tag: z.string().min(1).max(100).optional(),
  status: resourceStatus.optional(),
});

const listedResource = z.object({
  name: z.string(),
  version: z.string(),
  type: resourceType,
  workspace: z.string(),
  status: resourceStatus,
  created: instant,
});
export type ListedResource = z.infer<typeof listedResource>;
export const listAnswer = pageOf(listedResource);

export const resourcePath = z.object({ type: resourceType, name: anyName('daily-etl') });
export const updatePath = z.object({ type: resourceType, name: anyName('my-workflow') });
export const placeQuery = z.object({
  workspace: workspaceName.optional().meta({
    description: 'When left out: public, else the only other workspace that has such a resource.',
  }),
});

export const resourceAnswer = z.object({
  name: z.string(),
  version: z.string(),
  type: resourceType,
  workspace: z.string(),
  tags: z.array(z.string()),
  description: z.string(),
  status: resourceStatus,
  spec: z.record(z.string(), z.unknown()),
});

const parts = {
  workflow: workflowSpec.optional(),
  service: serviceSpec.optional(),
  depot: depotSpec.optional(),
  dataset: datasetSpec.optional(),
  secret: secretSpec.optional(),
};

const common = z.strictObject({
  version,
  workspace: newName.optional(),
  tags: z.array(z.string().trim().min(1).max(100)).max(100).default([]),
  description: z.string().max(2000).default(''),
  owner: z.string().max(200).optional().meta({ description: 'Not used.' }),
  layer: z.string().max(200).optional().meta({ description: 'Not used.' }),
  /** What is told of a resource can be sent back. */
  spec: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'The part of the type again, as a resource is told: {"workflow": {...}}.' }),
  status: z.string().max(100).optional().meta({ description: 'Not used.' }),
  created: z.string().max(100).optional().meta({ description: 'Not used.' }),
  ...parts,
});

export const createBody = common.extend({ name: newName, type: resourceType });
export const updateBody = common.extend({
  name: anyName('daily-etl').optional(),
  type: z.enum(resourceTypes).optional(),
});
export type ResourceBody = z.infer<typeof createBody>;
export type UpdateBody = z.infer<typeof updateBody>;

const changed = z.object({
  name: z.string(),
  version: z.string(),
  type: resourceType,
  status: z.literal('pending'),
});
export const changedAnswer = z.object({ message: z.string(), resource: changed });
export const deletedAnswer = z.object({
  message: z.string(),
  resource: z.object({ name: z.string(), type: resourceType }),
});

export const logsQuery = placeQuery.extend({
  since: duration.optional().meta({ description: 'Time duration: 1h, 30m, 1d.', examples: ['1h'] }),
  tail: z.coerce.number().int().min(0).max(10_000).default(100).meta({ description: 'Number of lines.' }),
  // Python writes True.
  follow: z
    .enum(['true', 'false', 'True', 'False', '1', '0', ''])
    .default('false')
    .transform((text) => text === '1' || text.toLowerCase() === 'true')
    .meta({ description: 'true: the answer goes on with every new line, one JSON object a line.' }),
});
export const logLine = z.object({
  timestamp: instant,
  level: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']),
  message: z.string(),
});
export type LogLine = z.infer<typeof logLine>;
export const logsAnswer = z.object({ logs: z.array(logLine) });

export const workspacePath = z.object({ name: workspaceName });
export const workspaceBody = z.strictObject({
  name: newName,
  description: z.string().max(2000).default(''),
});
export const workspaceAnswer = z.object({ name: z.string(), description: z.string(), created: instant });
export const workspaceGone = z.object({ message: z.string(), workspace: z.object({ name: z.string() }) });

const webhookId = z
  .string()
  .min(1)
  .max(100)
  .meta({ examples: ['01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58'] });
export const idPath = z.object({ id: webhookId });
export const webhookEvents = [
  '*',
  'resource.*',
  'resource.created',
  'resource.updated',
  'resource.deleted',
] as const;
const webAddress = new RegExp(`^${webAddressPattern}$`);
export const webhookBody = z.strictObject({
  url: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .regex(webAddress, 'It starts with http:// or https://, such as https://example.com/hook.')
    .meta({ examples: ['https://myapp.com/webhook'], pattern: `^${publicAddressPattern}$` }),
  events: z.array(z.enum(webhookEvents)).min(1).max(10).default(['*']),
  resources: z.array(resourceType).max(10).default([]).meta({ description: 'Types; empty is all of them.' }),
  name: z.string().trim().min(1).max(200).optional(),
});
export const createWebhookBody = webhookBody.extend({
  secret: z.string().min(16).max(200).optional().meta({
    description:
      'One of your own to sign with: visible ASCII characters without spaces; after whsec_, 24 to 64 bytes as base64.',
    pattern: '^(?!whsec_)[!-~]*$|^whsec_([A-Za-z0-9+/]{4}){8,21}=*$',
  }),
});
export const webhookAnswer = z.object({
  id: z.uuid(),
  name: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  resources: z.array(z.string()),
  status: z.enum(['active', 'paused']),
  created: instant,
});
export const newWebhookAnswer = webhookAnswer.extend({
  secret: z.string().meta({ description: 'What deliveries are signed with; shown this once.' }),
});
export const webhookGone = z.object({ message: z.string(), webhook: z.object({ id: z.uuid() }) });
export const deliveryAnswer = z.object({
  id: z.uuid(),
  event: z.string(),
  status: z.enum(['pending', 'delivered', 'failed', 'dropped']),
  attempts: z.int(),
  response_status: z.int().nullable(),
  error: z.string().nullable(),
  created: instant,
  finished: instant.nullable(),
});

export const tokenBody = z
  .strictObject({
    name: z.string().trim().min(1).max(200).default('token'),
    duration: lifetime
      .optional()
      .meta({ description: 'How long it lives, such as 720h.', examples: ['720h'] }),
    scopes: z.array(keyScope).min(1).max(20).optional().meta({
      description:
        'What it may do, at most what the calling key may; the DataOS scopes of that when left out.',
    }),
  })
  .optional()
  .transform((body) => body ?? { name: 'token' });
export const tokenAnswer = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  created: instant,
  expires: instant.nullable(),
  last_used: instant.nullable(),
});
export const newTokenAnswer = tokenAnswer.extend({
  token: z.string().meta({ description: 'The token itself; shown this once.' }),
});
export const tokenGone = z.object({ message: z.string(), token: z.object({ id: z.uuid() }) });
