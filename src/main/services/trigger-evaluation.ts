import { fold } from '../store/connection.ts';
import type { StoredEvent } from '../store/events-repository.ts';
import type { StoredTrigger } from '../store/triggers-repository.ts';
import { nextFire } from './schedule-keeper.ts';
import type { ServiceContext } from './service-context.ts';
import type { TriggerFiring } from './trigger-firing.ts';
import type { Occasion, Timetable } from './trigger-ports.ts';
import { decideSlots, isWithin, type ScheduleTrigger, slotOccasion, tooMany } from './trigger-slots.ts';

/** A file as a watcher found it. `path` is what a config takes. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** What the loop calls. Everything is a transaction of its own; what it throws left nothing behind and is tried again. */
export interface TriggerEvaluation {
  /** Decides every slot that is due. A trigger whose turn fails does not keep the others from theirs. */
  fireDue(): unknown[];
  /** Fires what events ask for, from where it stopped before. True when there may be more. */
  readEvents(): boolean;
  /** Remembers how far events were read; a kill before it only makes them be read again. */
  keepPlace(): void;
  /** Starts fires that waited. */
  startWaiting(triggerId?: string): void;
  /** When the first schedule is due. */
  nextDue(): string | null;
  /** Triggers of one kind that listen. */
  listening(kind: 'file'): StoredTrigger[];
  seenFiles(triggerId: string): ReadonlyMap<string, { bytes: number; modifiedMs: number }>;
  /** The files that are here now are nothing new: for a trigger that begins to listen. */
  beginWatching(triggerId: string, files: readonly FoundFile[]): void;
  /**
   * A file that stands still: fires, or only remembers it; `missed` says why, where it is to be told.
   */
  fileFound(
    triggerId: string,
    file: FoundFile,
    what: { act: 'fire' } | { act: 'remember'; missed?: string },
  ): void;
  forgetFiles(triggerId: string, paths: readonly string[]): void;
  counts(): { active: number; paused: number };
}

const historyKept = 10_000;
const eventsAtOnce = 500;
const placeName = 'triggers_read_to';

export function createTriggerEvaluation(
  context: ServiceContext,
  { timetable, firing }: { timetable: Timetable; firing: TriggerFiring },
): TriggerEvaluation {
  const { store } = context;
  const { triggers, fires } = store;
  let place: number | undefined;
  let keptPlace: number | undefined;

  function decideDue(id: string): void {
    store.write(() => {
      const trigger = triggers.find(id) as ScheduleTrigger | undefined;
      if (trigger?.config.kind !== 'cron' || trigger.pausedAt !== null) return;
      const now = context.clock.now();
      const { older, slots } = decideSlots(trigger, timetable, now);
      if (older) firing.note(trigger, timeSlot(older.first), 'missed', tooMany, null);
      for (const { slot, act, reason } of slots) {
        if (act === 'missed') firing.note(trigger, timeSlot(slot), 'missed', reason ?? '');
        else firing.fire(trigger, slotOccasion(trigger, timetable, slot), { makeUp: act === 'make-up' });
      }
      // A clock that was set back must not lead here again before it has passed what was decided.
      const to = Math.max(now, Date.parse(trigger.evaluatedTo));
      const decided = { ...trigger, evaluatedTo: new Date(to).toISOString() };
      triggers.advance(id, decided.evaluatedTo, nextFire(decided, timetable, now));
      fires.trim(id, historyKept);
    });
  }

  function readFrom(): number {
    if (place === undefined) {
      const kept = store.settings.get(placeName);
      keptPlace = typeof kept === 'number' ? kept : undefined;
      place = keptPlace ?? store.events.newest();
    }
    return place;
  }

  function keepPlace(): void {
    const to = readFrom();
    if (to === keptPlace) return;
    store.write(() => store.settings.set(placeName, to));
    keptPlace = to;
  }

  function eventOccasion(event: StoredEvent): Occasion {
    const data = event.data as Record<string, unknown>;
    const text = (name: string) => String(data[name] ?? '');
    const runId = typeof data.runId === 'string' ? data.runId : undefined;
    const common = {
      slot: event.id,
      dueAt: event.time,
      chain: runId === undefined ? 0 : triggers.chainOf(runId) + 1,
    };
    if (event.type === 'dataset.published') {
      return {
        ...common,
        words: `version ${text('number')} of ${text('name')}`,
        values: {
          dataset: text('name'),
          'dataset.version': data.number,
          'dataset.rows': data.rows,
          run: runId,
        },
      };
    }
    const status = event.type.slice('run.'.length);
    return {
      ...common,
      words: `${text('pipelineName')} ${status === 'cancelled' ? 'was cancelled' : status}`,
      values: { run: runId, 'run.status': status, pipeline: text('pipelineName') },
    };
  }

  /** A trigger means the dataset of that name in the workspace of its own pipeline. */
  function isNear(trigger: StoredTrigger, { type, data }: StoredEvent): boolean {
    if (type !== 'dataset.published') return true;
    const dataset = store.datasets.find(String((data as { datasetId?: unknown }).datasetId));
    return !dataset || dataset.workspaceId === store.pipelines.workspaceOf(trigger.pipelineId);
  }

  function readEvents(): boolean {
    const from = readFrom();
    const listening = [...triggers.listening('dataset'), ...triggers.listening('pipeline')];
    // Nobody listens: nothing is read, and what happens meanwhile is nobody's.
    if (listening.length === 0) {
      place = Math.max(from, store.events.newest());
      return false;
    }
    const events = store.events.after(from, eventsAtOnce);
    const last = events.at(-1);
    if (!last) return false;
    const fired = events
      .filter(({ type }) => heard.has(type))
      .map((event) => ({
        event,
        to: listening.filter((trigger) => hears(trigger, event) && isNear(trigger, event)),
      }))
      .filter(({ to }) => to.length > 0);
    if (fired.length > 0) {
      // The place moves in the transaction of the fires: a kill loses none and doubles none.
      store.write(() => {
        for (const { event, to } of fired)
          for (const trigger of to) firing.fire(trigger, eventOccasion(event));
        store.settings.set(placeName, last.seq);
      });
      keptPlace = last.seq;
    }
    place = last.seq;
    return events.length === eventsAtOnce;
  }

  return {
    fireDue() {
      const failures: unknown[] = [];
      for (const { id } of triggers.due(context.now())) {
        try {
          decideDue(id);
        } catch (error) {
          failures.push(error);
        }
      }
      return failures;
    },

    readEvents,
    keepPlace,

    startWaiting(triggerId) {
      const ids = triggerId === undefined ? fires.triggersWaiting() : [triggerId];
      for (const id of ids) {
        const trigger = triggers.find(id);
        if (trigger && fires.waitingCount(id) > 0) firing.startWaiting(trigger);
      }
    },

    nextDue: () => triggers.nextDue(),
    listening: (kind) => triggers.listening(kind).filter((trigger) => isWithin(trigger, context.clock.now())),
    seenFiles: (triggerId) => triggers.seenFiles(triggerId),

    fileFound(triggerId, file, what) {
      store.write(() => {
        const trigger = triggers.find(triggerId);
        if (trigger?.config.kind !== 'file' || trigger.pausedAt !== null) return;
        triggers.sawFile(triggerId, file.path, file.bytes, file.modifiedMs);
        const modified = new Date(file.modifiedMs).toISOString();
        const slot = `${file.path} ${file.bytes} ${modified}`;
        if (what.act === 'remember') {
          if (what.missed !== undefined)
            firing.note(trigger, { slot, dueAt: context.now() }, 'missed', what.missed);
          return;
        }
        firing.fire(trigger, {
          slot,
          dueAt: context.now(),
          words: file.path,
          values: {
            path: file.path,
            'file.name': file.name,
            'file.bytes': file.bytes,
            'file.modified': modified,
          },
          chain: 0,
        });
      });
    },

    beginWatching(triggerId, files) {
      store.write(() => {
        const trigger = triggers.find(triggerId);
        if (trigger?.config.kind !== 'file') return;
        for (const { path, bytes, modifiedMs } of files) triggers.sawFile(triggerId, path, bytes, modifiedMs);
        triggers.update({ ...trigger, state: { ...trigger.state, watching: true } });
      });
    },

    forgetFiles(triggerId, paths) {
      store.write(() => {
        for (const path of paths) triggers.forgetFile(triggerId, path);
      });
    },

    counts() {
      const all = triggers.list();
      const paused = all.filter(({ pausedAt }) => pausedAt !== null).length;
      return { active: all.length - paused, paused };
    },
  };
}

const heard: ReadonlySet<string> = new Set([
  'dataset.published',
  'run.succeeded',
  'run.failed',
  'run.cancelled',
]);

function timeSlot(time: number): { slot: string; dueAt: string } {
  const iso = new Date(time).toISOString();
  return { slot: iso, dueAt: iso };
}

function hears(trigger: StoredTrigger, event: StoredEvent): boolean {
  return (
    event.seq > (trigger.state.since ?? 0) &&
    (event.environment === null || event.environment === trigger.environment) &&
    isWithin(trigger, Date.parse(event.time)) &&
    asksFor(trigger, event)
  );
}

function asksFor({ config }: StoredTrigger, event: StoredEvent): boolean {
  if (event.type === 'dataset.published') {
    const { name } = event.data as { name?: unknown };
    return config.kind === 'dataset' && fold(config.dataset) === fold(String(name ?? ''));
  }
  if (config.kind !== 'pipeline') return false;
  return event.pipelineId === config.pipelineId && config.on.some((end) => event.type === `run.${end}`);
}
