import { oc } from '@orpc/contract';
import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import { durationPattern, isoTime } from '../kernel/time.ts';
import { doorNames, environment, keyPlans, keyScope, keySummary } from './domain.ts';

const duration = z.string().regex(durationPattern);

/** What may be changed of a key after it was made; its environment may not. */
const keyRights = z.object({
  name: z.string().trim().min(1).max(200),
  scopes: z.array(keyScope).min(1),
  plan: z.enum(keyPlans),
  /** Null is all pipelines of its environment. */
  pipelineIds: z.array(uuid).max(1000).nullable(),
  /** Absolute paths of folders; each must exist and lie outside the home. */
  folders: z.array(z.string().min(1).max(4096)).max(100),
});

export const keyWithText = keySummary.extend({ key: z.string() });

/** Requests of one span of time with one key: counted, never listed one by one. */
export const keyUsePoint = z.object({
  /** Start of the span. */
  at: isoTime,
  requests: z.int(),
  /** Answered 4xx or 5xx for another reason than a limit. */
  refused: z.int(),
  /** Answered 429. */
  limited: z.int(),
});

/** One limit that applies to a key at a door. */
export const keyLimit = z.object({
  door: z.enum(doorNames),
  /** Requests, or runs under way where `window` is `concurrent`. */
  limit: z.int(),
  window: z.enum(['minute', 'hour', 'day', 'concurrent']),
  remaining: z.int(),
  resetsAt: isoTime.nullable(),
});

export const keysContract = {
  list: oc.input(z.object({}).default({})).output(z.array(keySummary)),
  get: oc.input(z.object({ id: uuid })).output(keySummary),
  /** The only answer, beside `rotate`, that ever holds the key itself. */
  create: oc
    .input(
      keyRights.partial({ scopes: true, plan: true, pipelineIds: true, folders: true }).extend({
        scopes: z.array(keyScope).min(1).default(['all']),
        plan: z.enum(keyPlans).default('standard'),
        pipelineIds: keyRights.shape.pipelineIds.default(null),
        folders: keyRights.shape.folders.default([]),
        environment: environment.default('live'),
        /** How long it lives, e.g. "720h"; for ever when left out. */
        expires: duration.optional(),
      }),
    )
    .output(keyWithText),
  update: oc.input(keyRights.partial().extend({ id: uuid })).output(keySummary),
  revoke: oc.input(z.object({ id: uuid })).output(keySummary),
  /**
   * A new text for the same key. The earlier one works on for the overlap ("0s" to "7d", a day when left out); an
   * overlap under way is ended by the next rotation.
   */
  rotate: oc.input(z.object({ id: uuid, overlap: duration.default('24h') })).output(keyWithText),
  /** Lets a key that is limited to some pipelines reach one more, or one fewer. */
  allowPipeline: oc.input(z.object({ id: uuid, pipelineId: uuid, allowed: z.boolean() })).output(keySummary),
  /** The last 24 hours of every key that was used in them: for a list. */
  recentUse: oc.input(z.object({}).default({})).output(
    z.array(
      z.object({
        id: uuid,
        /** Requests by hour, oldest first, the hour under way last; 24 of them. */
        requests: z.array(z.int()),
        refused: z.int(),
        limited: z.int(),
      }),
    ),
  ),
  /** Use over time, oldest first, with spans of nothing as zeros; and how its limits stand. */
  usage: oc
    .input(z.object({ id: uuid, span: z.enum(['hour', 'day', 'week', 'month']).default('day') }))
    .output(
      z.object({
        points: z.array(keyUsePoint),
        /** Seconds that a point covers. */
        pointSeconds: z.int(),
        byDoor: z.array(keyUsePoint.omit({ at: true }).extend({ door: z.enum(doorNames) })),
        limits: z.array(keyLimit),
      }),
    ),
};
