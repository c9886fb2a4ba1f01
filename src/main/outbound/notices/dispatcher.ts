/**
 * Sends what waits, at most one message a minute and channel.
 *
 * A lone event is told after some seconds; a burst is gathered until it pauses, or for a minute, and becomes one
 * message. What is not taken is tried again with growing waits, then given up and said in Settings. A kill between
 * sending and noting that it was sent repeats that one message.
 */
import type { AppEvent } from '../../../shared/contract/events.ts';
import { type NoticeChannel, type NoticesView, noticeChannels } from '../../../shared/contract/notices.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { Notifications } from '../../platform/notifications.ts';
import type { EventBus, NoticesService } from '../../services/index.ts';
import type { StoredNotice } from '../../services/notices-service.ts';
import type { AddressPolicy } from '../webhooks/address-rules.ts';
import { createNameLookup } from '../webhooks/name-lookup.ts';
import { type Channel, type ChannelSetup, Undelivered } from './channel.ts';
import { chatChannel } from './chat-channel.ts';
import { emailChannel } from './email-channel.ts';
import { composeMessage, type Message } from './message.ts';
import { systemChannel } from './system-channel.ts';

const pause = 5_000;
const longestGathering = 60_000;
const betweenMessages = 60_000;
const lateCheck = 15_000;
const minute = 60_000;
/** Waits after the failures; one more and it is given up. */
const retries = [minute, 5 * minute, 15 * minute, 60 * minute, 240 * minute];

export interface NoticesOptions {
  readonly notices: NoticesService;
  readonly events: EventBus;
  readonly notifications: Notifications;
  readonly clock: Clock;
  /** The whole address of a hash route. */
  readonly link: (route: string) => string;
  /** What an address may reach that a key gave. */
  readonly guard: (url: URL) => AddressPolicy;
  readonly log: { warn(fields: object, message: string): void };
}

export interface Notices {
  start(): Promise<void>;
  view(): NoticesView;
  /** Sends one message now; the sentence says how that went. */
  test(channel: NoticeChannel): Promise<{ sent: boolean; message: string }>;
  stop(): void;
}

const testMessage: Message = {
  title: 'This is a test',
  lines: [{ text: 'Notices of Sluice arrive here.' }],
  route: '#/settings/notices',
};

export function createNotices(options: NoticesOptions): Notices {
  const { notices, clock, log } = options;
  const channels: Record<NoticeChannel, Channel> = {
    system: systemChannel(options.notifications),
    email: emailChannel(),
    chat: chatChannel({ clock, lookup: createNameLookup() }),
  };
  const timers = new Map<NoticeChannel, Timer>();
  const sending = new Set<NoticeChannel>();
  const closers: (() => void)[] = [];
  const lastSent = new Map<NoticeChannel, string | null>();
  let stopped = false;
  let collecting: Timer | undefined;

  const setup = (): ChannelSetup => ({
    settings: notices.settings(),
    secrets: notices.secrets(),
    link: options.link,
    guard: options.guard,
  });

  function able(): NoticeChannel[] {
    const now = setup();
    return noticeChannels.filter(
      (channel) => now.settings[channel].on && channels[channel].unavailable(now) === undefined,
    );
  }

  /** A thousand failures in a moment are read together. */
  function collectSoon(): void {
    collecting ??= clock.after(200, collect);
  }

  function collect(): void {
    collecting?.cancel();
    collecting = undefined;
    if (stopped) return;
    try {
      notices.collect(able());
    } catch (error) {
      // The cursor did not move: the next event, or the next start, finds them again.
      log.warn({ err: error }, 'notices could not be noted');
    }
    for (const channel of noticeChannels) plan(channel);
  }

  /** Sets the channel's timer for when its next message is due. */
  function plan(channel: NoticeChannel): void {
    timers.get(channel)?.cancel();
    if (stopped || sending.has(channel) || !able().includes(channel)) return;
    const due = dueAt(notices.waiting(channel), lastSent.get(channel) ?? null);
    if (due === undefined) return;
    timers.set(
      channel,
      clock.after(Math.max(0, due - clock.now()), () => void send(channel)),
    );
  }

  async function send(channel: NoticeChannel): Promise<void> {
    const waiting = notices.waiting(channel);
    const last = waiting.at(-1);
    if (stopped || !last || sending.has(channel)) return;
    sending.add(channel);
    try {
      await channels[channel].send(composeMessage(waiting), setup());
      lastSent.set(channel, new Date(clock.now()).toISOString());
      if (!stopped) notices.sent(channel, last.id);
    } catch (error) {
      if (!stopped) notDelivered(channel, waiting, last.id, error);
    } finally {
      sending.delete(channel);
      plan(channel);
    }
  }

  function notDelivered(
    channel: NoticeChannel,
    waiting: readonly StoredNotice[],
    upToId: number,
    error: unknown,
  ): void {
    const tries = Math.max(...waiting.map(({ tries }) => tries));
    const wait = retries[tries];
    const nextAt = wait === undefined ? undefined : new Date(clock.now() + wait).toISOString();
    log.warn({ err: error, channel, nextAt }, 'a notice was not taken');
    try {
      notices.failed(channel, upToId, sentence(error), nextAt);
    } catch (storeError) {
      log.warn({ err: storeError }, 'the failure of a notice could not be noted');
    }
  }

  function lookForLate(): void {
    try {
      if (!stopped && notices.recordLate() > 0) collect();
    } catch (error) {
      log.warn({ err: error }, 'late runs could not be noted');
    }
  }

  return {
    async start() {
      await notices
        .load()
        .catch((error) => log.warn({ err: error }, 'the secrets of notices cannot be read'));
      closers.push(
        options.events.subscribe((event) => {
          if (event.type === 'run.changed') {
            const { status, pipelineId } = event.run;
            if (status === 'failed' || (status === 'succeeded' && notices.isFailing(pipelineId)))
              collectSoon();
          } else if (tellsMore(event)) collectSoon();
        }),
      );
      for (const channel of noticeChannels) lastSent.set(channel, notices.state(channel).lastSentAt);
      const timer = clock.every(lateCheck, lookForLate);
      closers.push(() => timer.cancel());
      collect();
      lookForLate();
    },

    view: () => ({
      settings: notices.settings(),
      systemAvailable: options.notifications.available,
      hasPassword: notices.secrets().password !== undefined,
      chatUrl: notices.chatUrl(),
      channels: noticeChannels.map((channel) => ({ channel, ...notices.state(channel) })),
    }),

    async test(channel) {
      const now = setup();
      const why = channels[channel].unavailable(now);
      if (why !== undefined) return { sent: false, message: why };
      try {
        await channels[channel].send(testMessage, now);
        return { sent: true, message: takenBy(channel, now) };
      } catch (error) {
        return { sent: false, message: sentence(error) };
      }
    },

    stop() {
      if (stopped) return;
      stopped = true;
      collecting?.cancel();
      for (const timer of timers.values()) timer.cancel();
      for (const close of closers) close();
      notices.close();
    },
  };
}

/** Whether an event of the app may stand for one that is told, other than the end of a run. */
function tellsMore(event: AppEvent): boolean {
  if (event.type === 'webhook.changed') return event.automatic !== undefined;
  if (event.type === 'trigger.changed') return event.change === 'failed';
  return event.type === 'retention.swept' || event.type === 'notices.changed';
}

/** When what waits is sent: after a pause, at the latest a minute after the first, never twice within a minute. */
export function dueAt(waiting: readonly StoredNotice[], lastSentAt: string | null): number | undefined {
  const first = waiting[0];
  const last = waiting.at(-1);
  if (!first || !last) return undefined;
  const gathered = Math.min(
    Date.parse(last.createdAt) + pause,
    Date.parse(first.createdAt) + longestGathering,
  );
  const spaced = lastSentAt === null ? 0 : Date.parse(lastSentAt) + betweenMessages;
  const retry = Math.max(0, ...waiting.map(({ nextAt }) => (nextAt === null ? 0 : Date.parse(nextAt))));
  return Math.max(gathered, spaced, retry);
}

function sentence(error: unknown): string {
  if (error instanceof Undelivered) return error.message;
  return `The message could not be sent: ${error instanceof Error ? error.message : String(error)}.`;
}

function takenBy(channel: NoticeChannel, { settings }: ChannelSetup): string {
  if (channel === 'email')
    return `${settings.email.host} took the message for ${settings.email.to.join(', ')}.`;
  return channel === 'chat' ? 'The chat server took the message.' : 'The message was shown.';
}
