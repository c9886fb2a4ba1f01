import type { Backfill, TriggerConfigOf } from '../../shared/contract/triggers.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { StoredBackfill } from '../store/backfills-repository.ts';
import type { RunLedger } from './engine-ports.ts';
import type { ServiceContext } from './service-context.ts';
import { backfillLane, type TriggerFiring } from './trigger-firing.ts';
import type { Timetable } from './trigger-ports.ts';
import { type ScheduleTrigger, slotOccasion } from './trigger-slots.ts';

export interface BackfillRange {
  readonly triggerId: string;
  readonly from: string;
  readonly to: string;
  readonly skipDone: boolean;
}

/** Runs for slots of the past: counted first, started in order, a few at a time, behind everything else. */
export interface BackfillsService {
  count(range: BackfillRange): { total: number; leftOut: number; first: string | null; last: string | null };
  start(range: BackfillRange & { readonly parallel: number }): Backfill;
  list(triggerId: string): Backfill[];
  pause(id: string): Backfill;
  resume(id: string): Backfill;
  stop(id: string): Backfill;
  /** Starts what may start now. Called when a run ended, and now and then. */
  pump(): void;
}

const slotLimit = 10_000;
const backfillPriority = -100;

export function createBackfillsService(
  context: ServiceContext,
  { timetable, firing, runs }: { timetable: Timetable; firing: TriggerFiring; runs: RunLedger },
): BackfillsService {
  const { store } = context;
  const { backfills } = store;
  /** Runs under way at the last look, of those that are looked at. */
  const activeBefore = new Map<string, number>();

  function schedule(triggerId: string): ScheduleTrigger {
    const trigger = store.triggers.find(triggerId);
    if (!trigger) throw new SluiceError('not_found', { what: 'schedule', id: triggerId });
    if (trigger.config.kind !== 'cron') throw invalid('Only a schedule has times that can be filled in.');
    if (trigger.state.problem !== undefined) throw invalid(trigger.state.problem);
    return trigger as ScheduleTrigger;
  }

  function find(id: string): StoredBackfill {
    const backfill = backfills.find(id);
    if (!backfill) throw new SluiceError('not_found', { what: 'backfill', id });
    return backfill;
  }

  function slotsOf({ triggerId, from, to, skipDone }: BackfillRange): { slots: string[]; leftOut: number } {
    const { cron, timezone }: TriggerConfigOf<'cron'> = schedule(triggerId).config;
    if (Date.parse(to) <= Date.parse(from)) throw invalid('The range ends before it begins.');
    if (Date.parse(from) > context.clock.now())
      throw invalid('The range lies in the future; a backfill is for the past.');
    const upTo = Math.min(Date.parse(to) - 1, context.clock.now());
    const found = timetable.between(cron, timezone, { after: Date.parse(from) - 1, upTo }, slotLimit);
    if (found.more)
      throw invalid(
        `The range holds more than ${slotLimit.toLocaleString('en')} slots. Choose a shorter one.`,
      );
    const slots = found.slots.map((slot) => new Date(slot).toISOString());
    const done = skipDone ? store.fires.doneSlots(triggerId, from, to) : new Set<string>();
    const wanted = slots.filter((slot) => !done.has(slot));
    return { slots: wanted, leftOut: slots.length - wanted.length };
  }

  function present({ nextSlot: _next, ...backfill }: StoredBackfill): Backfill {
    const counts = store.triggers.countRuns(backfill.triggerId, backfillLane(backfill.id));
    const { queued = 0, running = 0, succeeded = 0, failed = 0, cancelled = 0 } = counts;
    return { ...backfill, active: queued + running, succeeded, failed: failed + cancelled };
  }

  function changed(id: string): Backfill {
    const backfill = find(id);
    context.announce({ type: 'trigger.changed', triggerId: backfill.triggerId, change: 'updated' });
    return present(backfill);
  }

  /** Starts the run of its next slot, and moves on to the first one behind it that is not done. */
  function step(backfill: StoredBackfill, trigger: ScheduleTrigger, done: ReadonlySet<string>): void {
    const { id } = backfill;
    const slot = openSlot(backfill, trigger, backfill.nextSlot, done);
    if (slot !== null) {
      const occasion = slotOccasion(trigger, timetable, Date.parse(slot));
      firing.fire(
        trigger,
        { ...occasion, slot: `backfill/${id}/${slot}` },
        { backfill: { id, priority: backfillPriority } },
      );
    }
    const next = slot && openSlot(backfill, trigger, slotAfter(backfill, trigger, slot), done);
    // What is left out was left out of the total as well.
    const counted = Math.min(backfill.total, backfill.done + (slot === null ? 0 : 1));
    backfills.advance(id, counted, next, context.now());
  }

  function openSlot(
    backfill: StoredBackfill,
    trigger: ScheduleTrigger,
    from: string | null,
    done: ReadonlySet<string>,
  ): string | null {
    let slot = from;
    while (slot !== null && done.has(slot)) slot = slotAfter(backfill, trigger, slot);
    return slot;
  }

  function slotAfter({ to, createdAt }: StoredBackfill, trigger: ScheduleTrigger, slot: string) {
    const next = timetable.next(trigger.config.cron, trigger.config.timezone, Date.parse(slot));
    const within = next !== undefined && next < Date.parse(to) && next <= Date.parse(createdAt);
    return within ? new Date(next).toISOString() : null;
  }

  /** Slots that are done by others by now. Asked once for many steps: its own runs are never of a later slot. */
  function doneSince({ triggerId, nextSlot, to, skipDone }: StoredBackfill): ReadonlySet<string> {
    return skipDone && nextSlot !== null ? store.fires.doneSlots(triggerId, nextSlot, to) : new Set();
  }

  function pumpOne(id: string): void {
    store.write(() => {
      const trigger = store.triggers.find(find(id).triggerId);
      if (trigger?.config.kind !== 'cron') return;
      let done: ReadonlySet<string> | undefined;
      let moved = false;
      let active = 0;
      for (;;) {
        const backfill = find(id);
        active = store.triggers.activeRuns(trigger.id, backfillLane(backfill.id)).length;
        if (backfill.nextSlot === null) {
          if (active === 0) backfills.setStatus(id, 'done', context.now());
          break;
        }
        if (active >= backfill.parallel) break;
        done ??= doneSince(backfill);
        try {
          step(backfill, trigger as ScheduleTrigger, done);
        } catch (error) {
          if (error instanceof SluiceError && error.code === 'queue_full') break;
          throw error;
        }
        moved = true;
      }
      // Whoever hears of a change looks again: a look that finds nothing new is no news, or it would never end.
      if (moved || activeBefore.get(id) !== active) changed(id);
      activeBefore.set(id, active);
    });
  }

  function move(id: string, from: readonly Backfill['status'][], to: Backfill['status']): Backfill {
    return store.write(() => {
      const { status } = find(id);
      if (!from.includes(status)) throw invalid(`The backfill is ${status}.`);
      backfills.setStatus(id, to, context.now());
      return changed(id);
    });
  }

  const pump = (): void => {
    const running = new Set(backfills.running().map(({ id }) => id));
    for (const id of activeBefore.keys()) if (!running.has(id)) activeBefore.delete(id);
    for (const id of running) pumpOne(id);
  };

  return {
    count(range) {
      const { slots, leftOut } = slotsOf(range);
      return { total: slots.length, leftOut, first: slots[0] ?? null, last: slots.at(-1) ?? null };
    },

    start(range) {
      const { slots } = slotsOf(range);
      if (slots.length === 0) throw invalid('The range holds no slot to fill in.');
      const id = context.newId();
      const at = context.now();
      store.write(() => {
        backfills.insert({
          ...range,
          id,
          status: 'running',
          total: slots.length,
          done: 0,
          nextSlot: slots[0] ?? null,
          createdAt: at,
          updatedAt: at,
        });
        pumpOne(id);
      });
      return present(find(id));
    },

    list: (triggerId) => backfills.list(triggerId).map(present),
    pause: (id) => move(id, ['running'], 'paused'),

    resume(id) {
      move(id, ['paused'], 'running');
      pumpOne(id);
      return present(find(id));
    },

    stop(id) {
      return store.write(() => {
        const { triggerId } = find(id);
        const stopped = move(id, ['running', 'paused'], 'stopped');
        const queued = store.triggers
          .activeRuns(triggerId, backfillLane(id))
          .filter(({ status }) => status === 'queued');
        for (const run of queued) runs.requestCancel(run.id);
        return queued.length > 0 ? present(find(id)) : stopped;
      });
    },

    pump,
  };
}

function invalid(reason: string): SluiceError {
  return new SluiceError('invalid_input', { reason });
}
