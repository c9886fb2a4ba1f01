import { oc } from '@orpc/contract';
import { z } from 'zod';
import { uuid } from '../kernel/ids.ts';
import { isoTime } from '../kernel/time.ts';

export const noticeEvents = ['failed', 'recovered', 'late', 'webhook', 'archive'] as const;
/**
 * `failed`: a run failed for good, or what should have started one could not. `recovered`: the first success after it.
 * `late`: a run is not over in time. `webhook`: one was paused because its endpoint let it down.
 */
export const noticeEvent = z.enum(noticeEvents);
export type NoticeEvent = z.infer<typeof noticeEvent>;

export const noticeChannels = ['system', 'email', 'chat'] as const;
export const noticeChannel = z.enum(noticeChannels);
export type NoticeChannel = z.infer<typeof noticeChannel>;

const events = z.array(noticeEvent).max(noticeEvents.length);
const address = z.string().trim().max(320);

export const noticeSettings = z.object({
  system: z.object({ on: z.boolean(), events }),
  email: z.object({
    on: z.boolean(),
    events,
    host: z.string().trim().max(253),
    port: z.int().min(1).max(65_535),
    /** `tls` from the first byte, `starttls` before anything is said, `none` in the clear. */
    security: z.enum(['tls', 'starttls', 'none']),
    /** Empty where the server asks for no sign-in. */
    user: z.string().max(320),
    from: address,
    to: z.array(address).max(20),
  }),
  /** A webhook address that takes `{"text": ...}`, as Slack, Mattermost, Rocket.Chat and others do. */
  chat: z.object({ on: z.boolean(), events }),
  /** Pipelines of which nothing is told. */
  muted: z.array(uuid).max(10_000),
});
export type NoticeSettings = z.infer<typeof noticeSettings>;

const noticeChannelState = z.object({
  channel: noticeChannel,
  waiting: z.int(),
  lastSentAt: isoTime.nullable(),
  /** Why the last try failed, where nothing was sent since. */
  error: z.string().nullable(),
});

export const noticesView = z.object({
  settings: noticeSettings,
  /** Whether this head can show messages of the operating system. */
  systemAvailable: z.boolean(),
  hasPassword: z.boolean(),
  /** The chat address as it may be shown: its host and the end of its path. */
  chatUrl: z.string().nullable(),
  channels: z.array(noticeChannelState),
});
export type NoticesView = z.infer<typeof noticesView>;

/** Left out: stays. Null: forgotten. */
const secret = z.string().min(1).max(2000).nullable().optional();
const change = z.object({
  settings: noticeSettings.partial().default({}),
  password: secret,
  chatUrl: secret,
});

export const noticesContract = {
  get: oc.input(z.object({}).default({})).output(noticesView),
  /** Answers `invalid_input` with a sentence where a channel that is on cannot work as it is set. */
  save: oc.input(change).output(noticesView),
  /** Sends one message now with what is saved. It was taken, or the sentence says why not. */
  test: oc
    .input(z.object({ channel: noticeChannel }))
    .output(z.object({ sent: z.boolean(), message: z.string() })),
};
