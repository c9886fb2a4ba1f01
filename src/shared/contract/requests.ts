import { oc } from '@orpc/contract';
import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import { isoTime } from '../kernel/time.ts';
import { doorNames } from './domain.ts';

/** A request that came in by a door. It holds no secret: the query's `api_key` and all headers but some are left out. */
export const requestEntry = z.object({
  /** As in the answer's `X-Request-Id`. */
  id: z.string(),
  time: isoTime,
  door: z.enum(doorNames),
  method: z.string(),
  /** Path and query; the values of secret parameters read `[redacted]`. */
  target: z.string(),
  status: z.int(),
  milliseconds: z.number(),
  /** Null where no genuine key came with it. */
  key: z.object({ id: uuid, name: z.string(), prefix: z.string() }).nullable(),
  /** Bytes of the body as they arrived and as they were sent. */
  bytesIn: z.int(),
  bytesOut: z.int(),
  contentType: z.string().nullable(),
  /** Code of the error catalogue, where it was refused or failed. */
  error: z.string().nullable(),
  /** The start of the error's text. */
  message: z.string().nullable(),
});
export type RequestEntry = z.infer<typeof requestEntry>;

export const requestFilter = z.object({
  door: z.enum(doorNames).optional(),
  keyId: uuid.optional(),
  statusClass: z.enum(['2xx', '3xx', '4xx', '5xx', '429']).optional(),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  /** In the target, the request's id or the message. */
  search: z.string().max(200).optional(),
});

export const requestsContract = {
  /** Newest first; the last few thousand are kept. */
  list: oc
    .input(
      requestFilter.extend({
        cursor: z.string().max(100).optional(),
        limit: z.int().min(1).max(500).default(100),
      }),
    )
    .output(z.object({ requests: z.array(requestEntry), next: z.string().nullable() })),
  /** The same call for a shell: the key is a place to fill in, the body what is known of it. */
  asCurl: oc.input(z.object({ id: z.string() })).output(z.object({ command: z.string() })),
  clear: oc.input(z.object({}).default({})).output(z.object({ removed: z.int() })),
};
