import { createHash } from 'node:crypto';
import type { TriggerConfigOf } from '../../shared/contract/triggers.ts';
import type { StoredTrigger } from '../store/triggers-repository.ts';
import type { Occasion, Timetable } from './trigger-ports.ts';

/** A slot that is later than this was missed. */
export const graceMilliseconds = 60_000;
/** Missed slots that are made up at most, and that the history lists one by one. */
export const missedLimit = 1_000;

export type ScheduleTrigger = StoredTrigger & { readonly config: TriggerConfigOf<'cron'> };

export interface SlotDecision {
  readonly slot: number;
  /** `make-up`: missed, and started all the same; those of policy `all` wait for one another. */
  readonly act: 'fire' | 'make-up' | 'missed';
  readonly reason?: string;
}

export interface SlotDecisions {
  /** Missed slots that are too many to list: from the first, up to the one before the first of `slots`. */
  readonly older: { readonly first: number } | undefined;
  /** Oldest first. */
  readonly slots: readonly SlotDecision[];
}

/** What is to be done with every slot between what was decided before and now. Pure: the same answer for the same times. */
export function decideSlots(trigger: ScheduleTrigger, timetable: Timetable, now: number): SlotDecisions {
  const { cron, timezone, missed } = trigger.config;
  const after = Math.max(Date.parse(trigger.evaluatedTo), startOf(trigger) - 1);
  const upTo = Math.min(now, endOf(trigger) - 1);
  if (upTo <= after) return { older: undefined, slots: [] };
  const found = timetable.between(cron, timezone, { after, upTo }, missedLimit);
  const late = found.more || found.slots.some((slot) => isLate(slot, now));
  const newest = found.slots.at(-1);
  const slots = found.slots.map((slot): SlotDecision => {
    if (!isLate(slot, now)) {
      // One run makes up for all that was missed: a slot that is due right now is that run.
      if (late && missed === 'last' && slot !== newest) return missedSlot(slot, lastOnly);
      return { slot, act: 'fire' };
    }
    if (missed === 'all') return { slot, act: 'make-up' };
    if (missed === 'last' && slot === newest) return { slot, act: 'make-up' };
    return missedSlot(slot, missed === 'last' ? lastOnly : skipped);
  });
  return { older: found.more ? { first: found.first ?? after } : undefined, slots };
}

const lastOnly = 'Missed while Sluice could not fire it; the newest missed slot is made up for all of them.';
const skipped = 'Missed while Sluice could not fire it; the schedule does not make up missed slots.';
export const tooMany = `More than ${missedLimit.toLocaleString('en')} slots were missed; only the newest ${missedLimit.toLocaleString('en')} are looked at.`;

function missedSlot(slot: number, reason: string): SlotDecision {
  return { slot, act: 'missed', reason };
}

function isLate(slot: number, now: number): boolean {
  return now - slot > graceMilliseconds;
}

/** The first slot that is still to come; undefined where there is none. */
export function nextSlot(trigger: ScheduleTrigger, timetable: Timetable, after: number): number | undefined {
  const { cron, timezone } = trigger.config;
  const from = Math.max(after, Date.parse(trigger.evaluatedTo), startOf(trigger) - 1);
  const next = timetable.next(cron, timezone, from);
  return next !== undefined && next < endOf(trigger) ? next : undefined;
}

function startOf({ startAt }: StoredTrigger): number {
  return startAt === null ? Number.NEGATIVE_INFINITY : Date.parse(startAt);
}

/** The end itself is not included. */
function endOf({ endAt }: StoredTrigger): number {
  return endAt === null ? Number.POSITIVE_INFINITY : Date.parse(endAt);
}

/** Whether a trigger may fire at a time by its start and end. */
export function isWithin(trigger: StoredTrigger, time: number): boolean {
  return time >= startOf(trigger) && time < endOf(trigger);
}

/** A slot of a schedule, with what parameters may say of it. */
export function slotOccasion(trigger: ScheduleTrigger, timetable: Timetable, slot: number): Occasion {
  const { cron, timezone } = trigger.config;
  const previous = timetable.previous(cron, timezone, slot);
  const iso = new Date(slot).toISOString();
  const local = localParts(slot, timezone);
  return {
    slot: iso,
    dueAt: iso,
    words: `${local.date} ${local.time} ${timezone}`,
    values: {
      slot: iso,
      'slot.date': local.date,
      'slot.time': local.time,
      ...(previous !== undefined && {
        previous_slot: new Date(previous).toISOString(),
        'previous_slot.date': localParts(previous, timezone).date,
      }),
    },
    chain: 0,
  };
}

/** When a slot's run may start: spread by the jitter, always the same for the same slot. */
export function jittered(trigger: ScheduleTrigger, slot: string): string | undefined {
  const { jitterSeconds } = trigger.config;
  if (jitterSeconds === 0) return undefined;
  const digest = createHash('sha256').update(`${trigger.id}\n${slot}`).digest();
  const wait = digest.readUInt32BE(0) % (jitterSeconds * 1000 + 1);
  return new Date(Date.parse(slot) + wait).toISOString();
}

function localParts(time: number, timezone: string): { date: string; time: string } {
  // Swedish writes dates as ISO does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const [date = '', clock = ''] = format.format(time).split(' ');
  return { date, time: clock.endsWith(':00') ? clock.slice(0, 5) : clock };
}
