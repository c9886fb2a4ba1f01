import { terminalStatuses } from '../../shared/contract/domain.ts';
import type { AppEvent } from '../../shared/contract/events.ts';
import { reportError } from '../../shared/errors/sluice-error.ts';
import type { Clock, Timer } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { EventBus, Services } from '../services/index.ts';
import { FolderWatch } from './folder-watch.ts';

export { cronTimetable } from './cron-timetable.ts';

export interface TriggersOptions {
  readonly services: Pick<Services, 'triggers' | 'files'>;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly log: Log;
}

export interface TriggerLoopStatus {
  readonly aliveSince: string | null;
  readonly lastCheckAt: string | null;
  readonly problem: string | null;
}

export interface Triggers {
  start(): void;
  stop(): Promise<void>;
  /** Everything that is due, now. */
  check(): void;
  status(): TriggerLoopStatus;
}

/** A sleeping machine or a moved clock is noticed after so long of real time at most. */
const longestWait = 10_000;
const wakeMilliseconds = 20;
const jumpMilliseconds = 5_000;
/** How often the place in the events is written at most. */
const placeMilliseconds = 1_000;

/**
 * What makes triggers fire: one timer, the announcements of the core, and a watch a folder. It holds no truth: what is
 * due is asked of the store each time, so a wait that was too long, a kill or a jump of the clock changes nothing but
 * when it is asked. States: made -> started -> stopped.
 */
export function createTriggers({ services, events, clock, log }: TriggersOptions): Triggers {
  const { triggers, files } = services;
  const folders = new Map<string, { watch: FolderWatch; settings: string }>();
  let aliveSince: string | null = null;
  let lastCheckAt: string | null = null;
  let problem: string | null = null;
  let timer: Timer | undefined;
  let wake: Timer | undefined;
  let unsubscribe = (): void => undefined;
  let started = false;
  let placeKeptAt = Number.NEGATIVE_INFINITY;
  let last = { wall: clock.now(), monotonic: clock.monotonic() };

  function attempt(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      problem = `${what}: ${reportError(error).message}`;
      log.error({ err: error }, `triggers: ${what}`);
    }
  }

  function noticeJump(): void {
    const now = { wall: clock.now(), monotonic: clock.monotonic() };
    const jump = now.wall - last.wall - (now.monotonic - last.monotonic);
    if (Math.abs(jump) >= jumpMilliseconds)
      log.warn({ seconds: Math.round(jump / 1000) }, 'the clock jumped, or the machine slept');
    last = now;
  }

  function check(): void {
    noticeJump();
    problem = null;
    attempt('schedules could not be looked at', () => {
      for (const error of triggers.fireDue()) throw error;
    });
    attempt('events could not be read', () => {
      while (triggers.readEvents());
    });
    attempt('waiting fires could not be started', () => triggers.startWaiting());
    attempt('backfills could not go on', () => triggers.backfills.pump());
    attempt('the place in the events could not be kept', keepPlace);
    attempt('folders could not be watched', watchFolders);
    lastCheckAt = new Date(clock.now()).toISOString();
    plan();
  }

  /** Reading an event twice fires nothing twice, so a busy time need not wait for the disk at each of its runs. */
  function keepPlace(): void {
    const now = clock.monotonic();
    if (now < placeKeptAt + placeMilliseconds) return;
    triggers.keepPlace();
    placeKeptAt = now;
  }

  /** The wait to the next slot, cut short so that a wrong clock or a sleep is noticed. */
  function plan(): void {
    timer?.cancel();
    if (!started) return;
    let wait = longestWait;
    attempt('the next fire could not be read', () => {
      const next = triggers.nextDue();
      if (next !== null) wait = Math.min(wait, Math.max(1, Date.parse(next) - clock.now() + 1));
    });
    // Work that failed is not tried again in a tight circle.
    timer = clock.after(problem === null ? wait : Math.max(wait, 1_000), check);
  }

  function watchFolders(): void {
    if (!started) return;
    const wanted = new Map(triggers.listening('file').map((trigger) => [trigger.id, trigger]));
    for (const [id, { watch, settings }] of folders) {
      const trigger = wanted.get(id);
      if (trigger && settingsOf(trigger) === settings) continue;
      folders.delete(id);
      void watch.close();
    }
    for (const [id, trigger] of wanted) {
      if (folders.has(id) || trigger.config.kind !== 'file') continue;
      const watched = { id, config: trigger.config, known: trigger.state.watching ?? false };
      folders.set(id, {
        watch: new FolderWatch(watched, { triggers, files, clock, log }),
        settings: settingsOf(trigger),
      });
    }
  }

  /** Soon, once for many announcements. */
  function wakeSoon(): void {
    wake ??= clock.after(wakeMilliseconds, () => {
      wake = undefined;
      if (started) check();
    });
  }

  function hear(event: AppEvent): void {
    if (event.type === 'run.changed' && terminalStatuses.includes(event.run.status)) wakeSoon();
    if (event.type === 'dataset.changed' && event.change === 'published') wakeSoon();
    if (event.type === 'pipeline.changed') wakeSoon();
    if (event.type === 'trigger.changed' && event.change !== 'fired') wakeSoon();
  }

  return {
    start() {
      started = true;
      aliveSince = new Date(clock.now()).toISOString();
      unsubscribe = events.subscribe(hear);
      check();
    },

    async stop() {
      started = false;
      unsubscribe();
      timer?.cancel();
      wake?.cancel();
      await Promise.all([...folders.values()].map(({ watch }) => watch.close()));
      folders.clear();
      attempt('the place in the events could not be kept', () => triggers.keepPlace());
    },

    check,
    status: () => ({ aliveSince: started ? aliveSince : null, lastCheckAt, problem }),
  };
}

/** What makes a watch another one. `awake` marks a trigger that was resumed as one that has to look anew. */
function settingsOf({ config, evaluatedTo }: { config: unknown; evaluatedTo: string }): string {
  return `${evaluatedTo}\n${JSON.stringify(config)}`;
}
