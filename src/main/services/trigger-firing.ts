import { z } from 'zod';
import type { RunTrigger } from '../../shared/contract/domain.ts';
import type { FireOutcome, TriggerFire, TriggerKind } from '../../shared/contract/triggers.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { assert } from '../../shared/kernel/assert.ts';
import type { NewFire } from '../store/trigger-fires-repository.ts';
import type { StoredTrigger } from '../store/triggers-repository.ts';
import type { RunLedger } from './engine-ports.ts';
import type { ServiceContext } from './service-context.ts';
import type { Occasion } from './trigger-ports.ts';
import { jittered, type ScheduleTrigger } from './trigger-slots.ts';
import { renderParameters } from './trigger-templates.ts';

/** Runs that start one another, at most: what cuts a circle that nobody saw when it was saved. */
const chainLimit = 50;
/** Fires of one trigger that wait at the same time. */
const waitingLimit = 1_000;
const tellMilliseconds = 50;

export interface FireOptions {
  /** What the trigger's overlap policy is not asked about: a person wants it now. */
  readonly regardless?: boolean;
  /** A missed slot that is made up: it waits for those before it, whatever the overlap policy is. */
  readonly makeUp?: boolean;
  readonly backfill?: { readonly id: string; readonly priority: number };
}

export interface TriggerFiring {
  /**
   * Decides one occasion: starts its run, has it wait, or leaves it, and writes that down in the same transaction. An
   * occasion that was decided before is answered as it was.
   */
  fire(trigger: StoredTrigger, occasion: Occasion, options?: FireOptions): TriggerFire;
  /** Writes down that a slot passed without a run. */
  note(
    trigger: StoredTrigger,
    passed: Pick<Occasion, 'slot' | 'dueAt'>,
    outcome: FireOutcome,
    reason: string,
    slots?: number | null,
  ): void;
  /** Starts what waits and may start now. Answers how many runs it started. */
  startWaiting(trigger: StoredTrigger): number;
}

const runTriggers: Record<TriggerKind, RunTrigger> = {
  cron: 'schedule',
  file: 'file',
  dataset: 'dataset',
  webhook: 'webhook',
  pipeline: 'pipeline',
};
const titles: Record<TriggerKind, string> = {
  cron: 'Schedule',
  file: 'File trigger',
  dataset: 'Dataset trigger',
  webhook: 'Inbound call',
  pipeline: 'Pipeline trigger',
};

const storedOccasion = z.object({
  slot: z.string(),
  dueAt: z.string(),
  words: z.string(),
  values: z.record(z.string(), z.unknown()),
  chain: z.int(),
  notBefore: z.string().optional(),
});

export function laneOf(trigger: Pick<StoredTrigger, 'id'>): string {
  return `trigger:${trigger.id}`;
}

export function backfillLane(backfillId: string): string {
  return `backfill:${backfillId}`;
}

export function createTriggerFiring(context: ServiceContext, runs: RunLedger): TriggerFiring {
  const { store } = context;
  const { fires, triggers } = store;
  const fired = new Set<string>();

  /** Once for many: a thousand missed slots are one announcement. */
  function tellFired(triggerId: string): void {
    store.afterCommit(() => {
      if (fired.size === 0) {
        context.clock.after(tellMilliseconds, () => {
          const ids = [...fired];
          fired.clear();
          for (const id of ids) context.announce({ type: 'trigger.changed', triggerId: id, change: 'fired' });
        });
      }
      fired.add(triggerId);
    });
  }

  function write(
    trigger: StoredTrigger,
    occasion: Pick<Occasion, 'slot' | 'dueAt'>,
    what: Partial<NewFire> & Pick<NewFire, 'outcome'>,
  ): TriggerFire {
    const id = fires.insert({
      triggerId: trigger.id,
      slot: occasion.slot,
      backfillId: null,
      dueAt: occasion.dueAt,
      firedAt: context.now(),
      reason: null,
      runId: null,
      slots: 1,
      occasion: null,
      ...what,
    });
    const fire = id === undefined ? fires.find(trigger.id, occasion.slot) : fires.byId(id);
    assert(fire, `the fire ${occasion.slot} of ${trigger.id} was not written`);
    tellFired(trigger.id);
    return fire;
  }

  /** A fire without its run is news for whoever counts on it. A person who asked for the run is answered instead. */
  function tellFailed(
    trigger: StoredTrigger,
    { dueAt, outcome, reason }: Pick<TriggerFire, 'dueAt' | 'outcome' | 'reason'>,
  ): void {
    if (outcome !== 'failed') return;
    const { id: triggerId, config, name, pipelineId, pipelineName, environment } = trigger;
    const what = { triggerId, kind: config.kind, name, pipelineId, pipelineName };
    context.record('trigger.failed', environment, { ...what, dueAt, reason: reason ?? '' });
    context.announce({ type: 'trigger.changed', triggerId, change: 'failed' });
  }

  /** The run of an occasion, or why there is none. A failure that another time may mend is thrown. */
  function start(
    trigger: StoredTrigger,
    occasion: Occasion,
    options: FireOptions,
  ): Pick<NewFire, 'outcome' | 'reason' | 'runId'> {
    if (occasion.chain > chainLimit) {
      const reason = `${chainLimit} runs started one another before this one: the triggers run in a circle.`;
      return { outcome: 'skipped', reason, runId: null };
    }
    try {
      const { kind } = trigger.config;
      const { backfill } = options;
      const notBefore =
        occasion.notBefore ?? (options.regardless || backfill ? undefined : jitterOf(trigger, occasion));
      const run = runs.submit({
        pipelineId: trigger.pipelineId,
        parameters: renderParameters(trigger.parameters, occasion.values),
        mode: 'fast',
        environment: trigger.environment,
        trigger: runTriggers[kind],
        cause: `${backfill ? 'Backfill of ' : ''}${titles[kind]} ${trigger.name}, ${occasion.words}`,
        triggerId: trigger.id,
        lane: backfill ? backfillLane(backfill.id) : laneOf(trigger),
        chain: occasion.chain,
        ...(backfill && { priority: backfill.priority }),
        ...(notBefore !== undefined && { notBefore }),
      });
      return { outcome: 'started', reason: null, runId: run.id };
    } catch (error) {
      if (!(error instanceof SluiceError) || passing.has(error.code)) throw error;
      return { outcome: 'failed', reason: error.message, runId: null };
    }
  }

  /** Whether an occasion of a schedule may start now, and what becomes of it otherwise. */
  function judgeOverlap(trigger: StoredTrigger, occasion: Occasion, { makeUp }: FireOptions) {
    if (trigger.config.kind !== 'cron') return undefined;
    const active = triggers.activeRuns(trigger.id, laneOf(trigger));
    const waiting = fires.waitingCount(trigger.id);
    if (active.length === 0 && waiting === 0) return undefined;
    const { overlap, missed } = trigger.config;
    // With `all` nothing is lost while it catches up: a slot on time then queues behind the made-up ones.
    const catchingUp = missed === 'all' && (makeUp || waiting > 0);
    if (overlap === 'skip' && !catchingUp) {
      return { outcome: 'skipped' as const, reason: 'The run before it had not ended.' };
    }
    if (waiting >= waitingLimit) {
      return {
        outcome: 'skipped' as const,
        reason: `${waitingLimit.toLocaleString('en')} fires wait already.`,
      };
    }
    if (overlap === 'replace' && !makeUp) replace(trigger, active);
    return { outcome: 'waiting' as const, reason: null, occasion: JSON.stringify(occasion) };
  }

  /** What waits gives way, what is queued ends at once, what runs is told to stop; the new one waits for that. */
  function replace(trigger: StoredTrigger, active: readonly { id: string }[]): void {
    for (const { id } of fires.waiting(trigger.id, waitingLimit)) {
      fires.settle(id, 'skipped', { reason: 'Replaced by a later one before it started.' });
    }
    for (const { id } of active) runs.requestCancel(id, 'replaced');
  }

  function fire(trigger: StoredTrigger, occasion: Occasion, options: FireOptions = {}): TriggerFire {
    return store.write(() => {
      const before = fires.find(trigger.id, occasion.slot);
      if (before) return before;
      const backfillId = options.backfill?.id ?? null;
      const held =
        options.regardless || options.backfill ? undefined : judgeOverlap(trigger, occasion, options);
      if (held) {
        const written = write(trigger, occasion, { ...held, backfillId });
        if (held.outcome === 'waiting') startWaiting(trigger);
        return fires.byId(written.id) ?? written;
      }
      try {
        const written = write(trigger, occasion, { ...start(trigger, occasion, options), backfillId });
        if (!options.regardless) tellFailed(trigger, written);
        return written;
      } catch (error) {
        if (!isQueueFull(error) || options.backfill || options.regardless) throw error;
        const reason = 'The queue is full; it starts when there is room.';
        return write(trigger, occasion, { outcome: 'waiting', reason, occasion: JSON.stringify(occasion) });
      }
    });
  }

  function startWaiting(trigger: StoredTrigger): number {
    // Only a schedule waits for its own runs; the other kinds wait for room in the queue alone.
    const oneByOne = trigger.config.kind === 'cron';
    return store.write(() => {
      let started = 0;
      for (const waiting of fires.waiting(trigger.id, 100)) {
        if (oneByOne && triggers.activeRuns(trigger.id, laneOf(trigger)).length > 0) break;
        try {
          const occasion = storedOccasion.parse(JSON.parse(waiting.occasion)) as Occasion;
          const { outcome, runId, reason } = start(trigger, occasion, {});
          fires.settle(waiting.id, outcome, { runId, reason });
          tellFailed(trigger, { ...waiting, outcome, reason });
          if (outcome === 'started') started += 1;
          tellFired(trigger.id);
        } catch (error) {
          if (isQueueFull(error)) break;
          throw error;
        }
      }
      return started;
    });
  }

  return {
    fire,
    startWaiting,
    note(trigger, passed, outcome, reason, slots = 1) {
      write(trigger, passed, { outcome, reason, slots });
    },
  };
}

/** Refusals that say nothing of the occasion: it is tried again. */
const passing: ReadonlySet<string> = new Set(['queue_full', 'disk_full', 'stopping', 'internal']);

function isQueueFull(error: unknown): boolean {
  return error instanceof SluiceError && error.code === 'queue_full';
}

function jitterOf(trigger: StoredTrigger, { slot }: Occasion): string | undefined {
  return trigger.config.kind === 'cron' ? jittered(trigger as ScheduleTrigger, slot) : undefined;
}
