/**
 * Notices: from domain events to rows that wait to be sent. What sends them is `outbound/notices`.
 *
 * A cursor says up to which event the rows are made; it is moved in the transaction that makes them, so a kill neither
 * loses a notice nor makes one twice. It is written only with rows or after many events: reading some uninteresting
 * ones again costs nothing, writing at every run would cost a commit.
 */
import { z } from 'zod';
import {
  type NoticeChannel,
  type NoticeEvent,
  type NoticeSettings,
  noticeChannels,
} from '../../shared/contract/notices.ts';
import type { NewNotice, NotedEvent, StoredNotice } from '../store/notices-repository.ts';
import { recordLateRuns } from './notices/late-runs.ts';
import { defaultNotices, maskedUrl, type NoticeSecrets, refuseUnfit } from './notices/notice-settings.ts';
import { createSecretBook, type SecretStore } from './secret-book.ts';
import type { ServiceContext } from './service-context.ts';

export type { StoredNotice } from '../store/notices-repository.ts';
export type { NoticeSecrets } from './notices/notice-settings.ts';

export interface NoticeChange {
  readonly settings: Partial<NoticeSettings>;
  /** Left out: stays. Null: forgotten. */
  readonly password?: string | null | undefined;
  readonly chatUrl?: string | null | undefined;
  /**
   * A key asks, not the owner: its chat address is judged like that of a key's webhook, and a channel may be on before the
   * owner gave what it needs; it begins to send then.
   */
  readonly byKey?: boolean;
}

export interface NoticesService {
  /** Reads the secrets, once, before anything is sent. */
  load(): Promise<void>;
  settings(): NoticeSettings;
  secrets(): NoticeSecrets;
  /** The chat address as it may be shown. */
  chatUrl(): string | null;
  /** Throws `invalid_input` where a channel that is on cannot work as it is set. */
  save(change: NoticeChange): Promise<void>;
  /** Makes the events since the cursor into waiting notices for these channels. */
  collect(able: readonly NoticeChannel[]): void;
  /** Whether the success of a run of this pipeline is news. */
  isFailing(pipelineId: string): boolean;
  /** Records `run.late` for the runs that are late now. */
  recordLate(): number;
  waiting(channel: NoticeChannel): StoredNotice[];
  sent(channel: NoticeChannel, upToId: number): void;
  /** Not sent: tried again at `nextAt`, or given up. */
  failed(channel: NoticeChannel, upToId: number, error: string, nextAt: string | undefined): void;
  state(channel: NoticeChannel): { waiting: number; lastSentAt: string | null; error: string | null };
  /** Writes the cursor. */
  close(): void;
}

const settingName = 'notices';
const cursorName = 'notices.cursor';
const secretId = 'owner';
/** Events looked through at once. */
const span = 2000;

const secretSchema = z.object({
  password: z.string().optional(),
  chatUrl: z.string().optional(),
  chatByKey: z.boolean().optional(),
});

const noticeOf: Readonly<Record<string, NoticeEvent>> = {
  'run.failed': 'failed',
  'run.succeeded': 'recovered',
  'run.late': 'late',
  'trigger.failed': 'failed',
  'resource.updated': 'webhook',
  'storage.archive_failed': 'archive',
};

export function createNoticesService(context: ServiceContext, secretStore: SecretStore): NoticesService {
  const { store } = context;
  const book = createSecretBook<NoticeSecrets>(secretStore, 'notices', secretSchema);
  /** What happened before notices were first there is no news. */
  let cursor = Number(store.settings.get(cursorName) ?? store.events.newest());
  let written = store.settings.get(cursorName) === undefined ? -1 : cursor;
  const readFailing = () => new Set(store.notices.failing().map(({ pipelineId }) => pipelineId));
  let failing = readFailing();

  const settings = (): NoticeSettings => {
    const changed = (store.settings.get(settingName) ?? {}) as Partial<NoticeSettings>;
    return { ...defaultNotices, ...changed };
  };
  const secrets = (): NoticeSecrets => book.get(secretId) ?? {};

  /** The notice that an event is, if it is one. Keeps the book of failing pipelines on the way. */
  function notice(event: NotedEvent): Omit<NewNotice, 'channel'> | undefined {
    const kind = noticeOf[event.type];
    const { pipelineId, environment } = event;
    // The sandbox is for trying out.
    if (!kind || environment === 'sandbox') return undefined;
    if (kind === 'failed' && pipelineId) {
      store.notices.markFailing(pipelineId, context.now());
      failing.add(pipelineId);
    }
    if (kind === 'recovered') {
      if (!pipelineId || !store.notices.markRecovered(pipelineId)) return undefined;
      failing.delete(pipelineId);
    }
    const { pipelineName, runId, reason } = event;
    return { event: kind, eventSeq: event.seq, pipelineId, pipelineName, runId, reason };
  }

  /** Nearly all events are of runs that succeed; they are news only after a failure. */
  function news(events: readonly NotedEvent[]): NotedEvent[] {
    const failed = new Set(failing);
    return events.filter(({ type, pipelineId }) => {
      if ((type === 'run.failed' || type === 'trigger.failed') && pipelineId) failed.add(pipelineId);
      return type !== 'run.succeeded' || (pipelineId !== null && failed.has(pipelineId));
    });
  }

  function take(events: readonly NotedEvent[], upTo: number, able: readonly NoticeChannel[]): void {
    const current = settings();
    const muted = new Set(current.muted);
    for (const event of events) {
      const made = notice(event);
      if (!made || (made.pipelineId && muted.has(made.pipelineId))) continue;
      for (const channel of able) {
        const { on, events: wanted } = current[channel];
        if (on && wanted.includes(made.event)) store.notices.add({ ...made, channel }, context.now());
      }
    }
    store.settings.set(cursorName, upTo);
  }

  /** What was not committed did not happen: the next look begins where this one did. */
  function commit(events: readonly NotedEvent[], upTo: number, able: readonly NoticeChannel[]): void {
    try {
      store.write(() => take(events, upTo, able));
    } catch (error) {
      failing = readFailing();
      throw error;
    }
    cursor = upTo;
    written = upTo;
  }

  return {
    async load() {
      const failure = await book.load();
      if (failure) throw failure;
    },
    settings,
    secrets,
    chatUrl: () => {
      const { chatUrl } = secrets();
      return chatUrl === undefined ? null : maskedUrl(chatUrl);
    },

    async save({ settings: change, password, chatUrl, byKey = false }) {
      const next = { ...settings(), ...change };
      const known = secrets();
      const wished = {
        password: password === undefined ? known.password : (password ?? undefined),
        chatUrl: chatUrl === undefined ? known.chatUrl : (chatUrl?.trim() ?? undefined),
        chatByKey: chatUrl === undefined ? known.chatByKey : byKey || undefined,
      };
      // A key may have switched e-mail on without a server: that hinders no other change.
      refuseUnfit(next, wished, byKey || change.email === undefined);
      if (password !== undefined || chatUrl !== undefined) await book.set(secretId, wished);
      store.write(() => {
        store.settings.set(settingName, next);
        for (const channel of noticeChannels) if (!next[channel].on) store.notices.dropWaiting(channel);
        context.announce({ type: 'notices.changed' });
      });
    },

    collect(able) {
      for (const newest = store.events.newest(); cursor < newest; ) {
        const upTo = Math.min(newest, cursor + span);
        const events = news(store.notices.eventsBetween(cursor, upTo, Object.keys(noticeOf)));
        if (events.length > 0 || upTo - written >= span) commit(events, upTo, able);
        else cursor = upTo;
      }
    },

    isFailing: (pipelineId) => failing.has(pipelineId),
    recordLate: () => recordLateRuns(context),
    waiting: (channel) => store.notices.waiting(channel),
    sent(channel, upToId) {
      store.write(() => {
        store.notices.settle(channel, upToId, 'sent', context.now(), null);
        context.announce({ type: 'notices.changed' });
      });
    },
    failed(channel, upToId, error, nextAt) {
      store.write(() => {
        if (nextAt === undefined) store.notices.settle(channel, upToId, 'failed', context.now(), error);
        else store.notices.postpone(channel, upToId, nextAt, error);
        context.announce({ type: 'notices.changed' });
      });
    },
    state: (channel) => store.notices.state(channel),
    close() {
      if (written !== cursor) store.write(() => store.settings.set(cursorName, cursor));
      written = cursor;
    },
  };
}
