import type { Clock, Timer } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { AttemptOutcome, DueDelivery, Endpoint, WebhookOutbox } from '../../services/index.ts';
import { plainHeaders, signatureHeaders } from '../../services/webhook-signature.ts';
import { askedWait } from '../../services/webhook-waits.ts';
import { createNameLookup, type NameLookup } from './name-lookup.ts';
import { type PostResult, post } from './post.ts';

export interface WebhookSenderOptions {
  readonly outbox: WebhookOutbox;
  readonly clock: Clock;
  readonly log: Log;
  /** Where this Sluice listens; never sent to. */
  readonly ownPort: () => number | undefined;
  readonly lookup?: NameLookup;
}

export interface WebhookSender {
  start(): void;
  /** Ends what is under way without an outcome: it is sent again after the next start. */
  stop(): Promise<void>;
  /** Resolves when nothing is under way and nothing is due. */
  idle(): Promise<void>;
}

/** At once to one endpoint; one that failed last gets one at a time, so that its dead connections stay few. */
const perEndpoint = 4;
const perFailingEndpoint = 1;
/** Sockets in all. */
const atOnce = 256;
/** The wall clock may jump and the machine may sleep: what is due is asked for at least this often. */
const longestNap = 60_000;
/** Where all sockets are taken, a place is looked for this often. */
const shortestNap = 100;
const recordAgain = 5_000;

interface Lane {
  /** Under way, or over and not yet committed. */
  readonly underWay: Set<number>;
  failing: boolean;
  timer: Timer | undefined;
}

/**
 * Sends what the store says is due. Nothing of it lives in memory alone: an attempt counts when its outcome is
 * committed, so a kill in between sends it again with the same id.
 *
 * Each endpoint has a lane of its own; a slow or dead one fills its own lane and nobody else's.
 */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { outbox, clock, log } = options;
  const lookup = options.lookup ?? createNameLookup();
  const lanes = new Map<string, Lane>();
  const stopping = new AbortController();
  const ready = new Set<string>();
  const active = new Set<Promise<void>>();
  let finished: AttemptOutcome[] = [];
  let started = false;
  let flushTimer: Timer | undefined;
  let turn: NodeJS.Immediate | undefined;
  const idlers: (() => void)[] = [];

  outbox.onWork((webhookId) => wake(webhookId));

  /** Work is looked for in a turn of its own: whoever caused it goes first. */
  function wake(webhookId: string): void {
    if (!started || stopping.signal.aborted) return;
    ready.add(webhookId);
    turn ??= setImmediate(step);
  }

  function step(): void {
    turn = undefined;
    flush();
    const due = [...ready];
    ready.clear();
    for (const webhookId of due) guard(() => pump(webhookId));
    tellIdle();
  }

  function laneOf(webhookId: string): Lane {
    const lane = lanes.get(webhookId) ?? { underWay: new Set(), failing: false, timer: undefined };
    lanes.set(webhookId, lane);
    return lane;
  }

  function pump(webhookId: string): void {
    const lane = laneOf(webhookId);
    lane.timer?.cancel();
    const endpoint = outbox.endpoint(webhookId);
    if (!endpoint) {
      if (lane.underWay.size === 0) lanes.delete(webhookId);
      return;
    }
    const room = Math.min(
      (lane.failing ? perFailingEndpoint : perEndpoint) - lane.underWay.size,
      atOnce - active.size,
    );
    // What is full now is looked at again when a place is free, or soon.
    if (room > 0)
      for (const delivery of outbox.due(webhookId, [...lane.underWay], room)) begin(lane, endpoint, delivery);
    nap(webhookId, lane);
  }

  function nap(webhookId: string, lane: Lane): void {
    const next = outbox.nextDue(webhookId, [...lane.underWay]);
    if (next === undefined) return;
    const wait = next - clock.now();
    // Due already: it waits for a place in its lane, and is looked for when one is free.
    if (wait <= 0 && lane.underWay.size > 0) return;
    lane.timer = clock.after(Math.min(Math.max(wait, shortestNap), longestNap), () => wake(webhookId));
  }

  function begin(lane: Lane, endpoint: Endpoint, delivery: DueDelivery): void {
    lane.underWay.add(delivery.seq);
    const work = attempt(endpoint, delivery).then(
      (outcome) => {
        lane.failing = outcome.attempt.error !== null;
        finished.push(outcome);
      },
      (error: unknown) => {
        lane.underWay.delete(delivery.seq);
        if (!stopping.signal.aborted)
          log.error({ err: error, delivery: delivery.id }, 'a delivery could not be tried');
      },
    );
    active.add(work);
    void work.finally(() => {
      active.delete(work);
      wake(delivery.webhookId);
    });
  }

  async function attempt(endpoint: Endpoint, delivery: DueDelivery): Promise<AttemptOutcome> {
    const startedAt = clock.now();
    const start = clock.monotonic();
    const time = new Date(startedAt).toISOString();
    if (endpoint.secrets.length === 0) return unsigned(delivery, time);
    const result = await send(endpoint, delivery, Math.floor(startedAt / 1000));
    return {
      delivery,
      attempt: {
        time,
        milliseconds: Math.round((clock.monotonic() - start) * 10) / 10,
        statusCode: result.statusCode,
        error: result.error,
        message: result.message,
        answer: result.answer,
      },
      askedWait: askedWait(result.retryAfter, clock.now()),
      stopFor: result.statusCode === 410 ? 'gone' : undefined,
    };
  }

  function send(endpoint: Endpoint, delivery: DueDelivery, timestamp: number): Promise<PostResult> {
    const { id, eventId, body } = delivery;
    const headers = {
      ...plainHeaders(id, eventId, timestamp),
      ...signatureHeaders({ id: eventId, timestamp, body }, endpoint.secrets),
    };
    const policy = { allowPrivate: endpoint.allowPrivate, ownPort: options.ownPort() };
    return post({ url: new URL(endpoint.url), headers, body, policy }, { clock, lookup }, stopping.signal);
  }

  /** Commits what is over, many at once. What the store does not take is kept, and tried again in a while. */
  function flush(): void {
    if (finished.length === 0 || flushTimer) return;
    const batch = finished;
    finished = [];
    const kept = recordAll(batch);
    for (const outcome of batch.filter((each) => !kept.includes(each))) {
      lanes.get(outcome.delivery.webhookId)?.underWay.delete(outcome.delivery.seq);
      ready.add(outcome.delivery.webhookId);
    }
    if (kept.length === 0 || stopping.signal.aborted) return;
    finished.unshift(...kept);
    flushTimer = clock.after(recordAgain, () => {
      flushTimer = undefined;
      for (const { delivery } of finished) wake(delivery.webhookId);
    });
  }

  /** Answers those that could not be recorded; one bad outcome does not hold up the others. */
  function recordAll(batch: readonly AttemptOutcome[]): AttemptOutcome[] {
    try {
      outbox.record(batch);
      return [];
    } catch (error) {
      log.error({ err: error }, 'outcomes of webhook deliveries could not be recorded');
      return batch.length === 1 ? [...batch] : batch.flatMap((outcome) => recordAll([outcome]));
    }
  }

  /** A store that fails for a moment ends neither the lanes nor the process. */
  function guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      log.error({ err: error }, 'webhook deliveries could not be read');
    }
  }

  function tellIdle(): void {
    if (active.size > 0 || finished.length > 0 || ready.size > 0 || turn) return;
    for (const tell of idlers.splice(0)) tell();
  }

  return {
    start() {
      started = true;
      guard(() => {
        for (const webhookId of outbox.withWork()) wake(webhookId);
      });
    },
    async stop() {
      started = false;
      stopping.abort(new Error('Sluice stops'));
      if (turn) clearImmediate(turn);
      flushTimer?.cancel();
      flushTimer = undefined;
      for (const { timer } of lanes.values()) timer?.cancel();
      await Promise.allSettled(active);
      flush();
    },
    idle: () =>
      new Promise((resolve) => {
        idlers.push(resolve);
        turn ??= setImmediate(step);
      }),
  };
}

/** The secret is gone (another machine's keychain, a lost file): an unsigned delivery would be refused, or worse, taken. */
function unsigned(delivery: DueDelivery, time: string): AttemptOutcome {
  return {
    delivery,
    attempt: {
      time,
      milliseconds: 0,
      statusCode: null,
      error: 'no_secret',
      message: 'The secret that signs deliveries is not on this machine. Make a new one.',
      answer: null,
    },
    stopFor: 'no_secret',
  };
}
