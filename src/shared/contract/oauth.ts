import { oc } from '@orpc/contract';
import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import { isoTime } from '../kernel/time.ts';
import { environment } from './domain.ts';

/** What an app may be let do: the rights of door 2, where its tokens work. */
export const oauthScopes = [
  'cloudflow:read',
  'cloudflow:write',
  'cloudflow:run',
  'cloudflow:sources',
] as const;
export const oauthScope = z.enum(oauthScopes);
export type OauthScope = (typeof oauthScopes)[number];

/** An app asks for access. Nothing is given before the owner approves; an unanswered request ends by itself. */
export const oauthRequest = z.object({
  /** Known to nobody but the window and the browser tab that asked. */
  id: z.string(),
  /** What the app calls itself; nobody has checked it. */
  clientId: z.string(),
  /** Where the answer goes: always an address of this machine. */
  redirectUri: z.string(),
  /** What it asks for. */
  scopes: z.array(oauthScope),
  /** It proves at the exchange that it is the one who asked (PKCE). */
  proven: z.boolean(),
  state: z.enum(['pending', 'approved', 'denied', 'expired']),
  askedAt: isoTime,
  expiresAt: isoTime,
});
export type OauthRequest = z.infer<typeof oauthRequest>;

/** An app that was let in. It has an API key of its own that nobody holds; its tokens stand for that key. */
export const oauthApp = z.object({
  id: uuid,
  clientId: z.string(),
  /** As of the newest approval. */
  redirectUri: z.string(),
  /** The key whose limits, use and requests are the app's; revoking either revokes both. */
  keyId: uuid,
  environment,
  scopes: z.array(oauthScope),
  createdAt: isoTime,
  /** The newest approval. */
  approvedAt: isoTime,
  lastUsedAt: isoTime.nullable(),
  revokedAt: isoTime.nullable(),
});
export type OauthApp = z.infer<typeof oauthApp>;

/** Where the browser goes with the answer; only the tab that asked may be sent there. */
const answer = z.object({ redirectTo: z.string() });

export const oauthContract = {
  /** Requests that wait for an answer, oldest first. */
  list: oc.input(z.object({}).default({})).output(z.array(oauthRequest)),
  /** Throws not_found for one that was never asked, or long ago. */
  get: oc.input(z.object({ id: z.string().max(100) })).output(oauthRequest),
  /** Throws oauth_request_over when it was answered already or is too old. */
  approve: oc
    .input(
      z.object({
        id: z.string().max(100),
        /** What of it is granted; all that was asked for when left out. */
        scopes: z.array(oauthScope).min(1).optional(),
        environment: environment.default('live'),
        /** The only pipelines it reaches; null is all. */
        pipelineIds: z.array(uuid).max(1000).nullable().default(null),
      }),
    )
    .output(answer),
  deny: oc.input(z.object({ id: z.string().max(100) })).output(answer),
  /** Newest approval first; revoked ones are left out. */
  apps: oc.input(z.object({}).default({})).output(z.array(oauthApp)),
  /** Its tokens end with the answer. */
  revoke: oc.input(z.object({ id: uuid })).output(oauthApp),
};
