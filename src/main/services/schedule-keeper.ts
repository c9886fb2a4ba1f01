import type { TriggerConfigOf } from '../../shared/contract/triggers.ts';
import { canonicalJson } from '../../shared/kernel/json.ts';
import { parseDuration } from '../../shared/kernel/time.ts';
import type { PipelineDocument, PipelineSchedule } from '../../shared/pipeline/document.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';
import type { StoredTrigger } from '../store/triggers-repository.ts';
import type { ServiceContext } from './service-context.ts';
import type { Timetable } from './trigger-ports.ts';
import { nextSlot, type ScheduleTrigger } from './trigger-slots.ts';

/** Keeps the schedule of a document and its trigger the same, in the transaction of whoever changes the document. */
export interface ScheduleKeeper {
  /** What is wrong with the schedule of a document. It keeps no run from starting. */
  check(document: PipelineDocument): Problem[];
  sync(pipelineId: string, document: PipelineDocument): void;
  /** Makes the triggers of schedules that have none: of documents that were saved before schedules fired. */
  adopt(): void;
  /** Triggers of a removed pipeline sleep. */
  removed(pipelineId: string): void;
  /** They wake as if they had been paused: what passed in between is not made up. */
  restored(pipelineId: string): void;
}

export function createScheduleKeeper(context: ServiceContext, timetable: Timetable): ScheduleKeeper {
  const { store } = context;

  function tell(
    type: 'resource.created' | 'resource.updated' | 'resource.deleted',
    trigger: StoredTrigger,
  ): void {
    recordTrigger(context, type, trigger);
  }

  function make(pipelineId: string, name: string, schedule: PipelineSchedule): void {
    const now = context.now();
    const trigger = scheduled(
      {
        id: context.newId(),
        pipelineId,
        pipelineName: name,
        origin: 'document',
        environment: 'live',
        pausedAt: schedule.paused ? now : null,
        evaluatedTo: now,
        createdAt: now,
        updatedAt: now,
      },
      name,
      schedule,
    );
    store.triggers.insert(trigger);
    tell('resource.created', trigger);
  }

  /** The trigger as the schedule wants it. `known` is what a schedule does not say. */
  function scheduled(
    known: Omit<
      StoredTrigger,
      'name' | 'config' | 'parameters' | 'startAt' | 'endAt' | 'nextFireAt' | 'state'
    >,
    name: string,
    schedule: PipelineSchedule,
  ): StoredTrigger {
    const problem = timetable.check(schedule.cron, schedule.timezone);
    const trigger: StoredTrigger = {
      ...known,
      name,
      config: configOf(schedule),
      parameters: schedule.parameters ?? {},
      startAt: utc(schedule.start),
      endAt: utc(schedule.end),
      nextFireAt: null,
      state: { documentPaused: schedule.paused ?? false, ...(problem && { problem: problem.message }) },
    };
    return { ...trigger, nextFireAt: nextFire(trigger, timetable, context.clock.now()) };
  }

  function change(trigger: StoredTrigger, name: string, schedule: PipelineSchedule): void {
    const now = context.now();
    const paused = schedule.paused ?? false;
    const pausedAt =
      paused === (trigger.state.documentPaused ?? false) ? trigger.pausedAt : paused ? now : null;
    const config = configOf(schedule);
    const sameTimes =
      trigger.config.kind === 'cron' &&
      trigger.config.cron === config.cron &&
      trigger.config.timezone === config.timezone &&
      (trigger.pausedAt === null) === (pausedAt === null);
    const known = {
      ...trigger,
      pausedAt,
      evaluatedTo: sameTimes ? trigger.evaluatedTo : now,
      updatedAt: now,
    };
    const next = scheduled(known, name, schedule);
    if (
      canonicalJson({ ...next, updatedAt: trigger.updatedAt, evaluatedTo: '', nextFireAt: '' }) ===
      canonicalJson({ ...trigger, evaluatedTo: '', nextFireAt: '' })
    )
      return;
    store.triggers.update(next);
    tell('resource.updated', next);
  }

  return {
    check({ schedule }) {
      const problem = schedule && timetable.check(schedule.cron, schedule.timezone);
      if (problem) return [problemAt(problem.field, problem.message)];
      const { start, end } = schedule ?? {};
      if (start !== undefined && end !== undefined && Date.parse(end) <= Date.parse(start)) {
        return [problemAt('end', 'The schedule ends before it starts. Set a later end.')];
      }
      return [];
    },

    sync(pipelineId, { name, schedule }) {
      const trigger = store.triggers.ofDocument(pipelineId);
      if (schedule && trigger) change(trigger, name, schedule);
      else if (schedule) make(pipelineId, name, schedule);
      else if (trigger) {
        store.triggers.remove(trigger.id);
        tell('resource.deleted', trigger);
      }
    },

    adopt() {
      const waiting = store.pipelines.withoutTrigger();
      if (waiting.length === 0) return;
      store.write(() => {
        for (const { id, revision } of waiting) {
          const document = store.revisions.document(id, revision);
          if (document?.schedule) make(id, document.name, document.schedule);
        }
      });
    },

    removed(pipelineId) {
      for (const trigger of store.triggers.list({ pipelineId })) tell('resource.deleted', trigger);
    },

    restored(pipelineId) {
      for (const trigger of store.triggers.list({ pipelineId })) {
        store.triggers.update(awake(context, timetable, trigger));
        tell('resource.created', trigger);
      }
    },
  };
}

/** A trigger from now on: what passed before is neither fired nor missed. */
export function awake(context: ServiceContext, timetable: Timetable, trigger: StoredTrigger): StoredTrigger {
  const since = {
    ...trigger,
    evaluatedTo: context.now(),
    state: { ...trigger.state, since: context.store.events.newest(), watching: false },
  };
  return { ...since, nextFireAt: nextFire(since, timetable, context.clock.now()) };
}

export function nextFire(trigger: StoredTrigger, timetable: Timetable, now: number): string | null {
  const { config } = trigger;
  if (config.kind !== 'cron' || timetable.check(config.cron, config.timezone)) return null;
  const next = nextSlot(trigger as ScheduleTrigger, timetable, now);
  return next === undefined ? null : new Date(next).toISOString();
}

export function recordTrigger(
  context: ServiceContext,
  type: 'resource.created' | 'resource.updated' | 'resource.deleted',
  trigger: StoredTrigger,
): void {
  const resourceType = trigger.config.kind === 'cron' ? 'schedule' : 'trigger';
  const deleted = type === 'resource.deleted';
  const status = deleted ? 'deleted' : trigger.pausedAt === null ? 'active' : 'paused';
  context.record(type, trigger.environment, {
    resourceType,
    resourceId: trigger.id,
    name: trigger.name,
    status,
  });
  const change = deleted ? 'removed' : type === 'resource.created' ? 'created' : 'updated';
  context.announce({ type: 'trigger.changed', triggerId: trigger.id, change });
}

function configOf(schedule: PipelineSchedule): TriggerConfigOf<'cron'> {
  const { cron, timezone, missed, overlap, jitter } = schedule;
  const jitterSeconds = Math.min(86_400, Math.round((parseDuration(jitter ?? '') ?? 0) / 1000));
  return { kind: 'cron', cron: cron.trim(), timezone, missed, overlap, jitterSeconds };
}

function utc(time: string | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

function problemAt(field: string, message: string): Problem {
  return { code: 'invalid_schedule', severity: 'error', path: ['schedule', field], message };
}
