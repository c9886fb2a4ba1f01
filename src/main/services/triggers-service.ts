import { z } from 'zod';
import type {
  TriggerConfig,
  TriggerConfigOf,
  TriggerFire,
  TriggerKind,
  TriggerSettings,
  TriggerSummary,
} from '../../shared/contract/triggers.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { ParameterValues } from '../../shared/pipeline/document.ts';
import type { StoredTrigger } from '../store/triggers-repository.ts';
import { type BackfillsService, createBackfillsService } from './backfills-service.ts';
import type { RunLedger } from './engine-ports.ts';
import { resolveParameters } from './parameter-values.ts';
import { awake, nextFire, recordTrigger } from './schedule-keeper.ts';
import { createSecretBook, type SecretStore } from './secret-book.ts';
import type { ServiceContext } from './service-context.ts';
import type { FilesService } from './service-types.ts';
import { refuseCircle } from './trigger-circles.ts';
import { createTriggerEvaluation, type TriggerEvaluation } from './trigger-evaluation.ts';
import { createTriggerFiring, laneOf, type TriggerFiring } from './trigger-firing.ts';
import type { Occasion, Timetable } from './trigger-ports.ts';
import { type ScheduleTrigger, slotOccasion } from './trigger-slots.ts';
import { renderParameters } from './trigger-templates.ts';
import { newSecret } from './webhook-signature.ts';

const hookSecret = z.object({
  current: z.string(),
  /** Taken as well until `previousUntil`: after a rotation. */
  previous: z.string().optional(),
  previousUntil: z.string().optional(),
});

export interface TestedFire {
  slot: string;
  outcome: TriggerFire['outcome'];
  reason: string | null;
  parameters: ParameterValues;
  problem: string | null;
}

export interface TriggersService extends TriggerEvaluation {
  list(filter?: { pipelineId?: string | undefined; kind?: TriggerKind | undefined }): TriggerSummary[];
  get(id: string): TriggerSummary;
  /** With the secret of a webhook trigger, which is shown this once. */
  create(pipelineId: string, settings: TriggerSettings): Promise<TriggerSummary & { secret: string | null }>;
  update(id: string, settings: TriggerSettings): TriggerSummary;
  pause(id: string): TriggerSummary;
  resume(id: string): TriggerSummary;
  remove(id: string): Promise<void>;
  preview(input: {
    cron: string;
    timezone: string;
    startAt: string | null;
    endAt: string | null;
    count: number;
  }): { problem: { field: 'cron' | 'timezone'; message: string } | null; words: string; next: string[] };
  fires(filter: {
    triggerId: string;
    before?: number | undefined;
    backfillId?: string | undefined;
    limit: number;
  }): TriggerFire[];
  runNow(id: string): TriggerFire;
  test(id: string): TestedFire;
  rotateSecret(id: string, overlapHours: number): Promise<string>;
  /** Reads the secrets; once, before calls are answered. A failure is answered, not thrown. */
  loadSecrets(): Promise<unknown>;
  /** What a call may be signed with; empty for what is no webhook trigger. */
  secretsOf(id: string): string[];
  /**
   * A call whose signature held; one that came before is answered as it was then. `admit` is asked before anything new
   * is started, with the calls a minute that may, and throws where that is too much. Throws not_found, trigger_paused.
   */
  called(id: string, call: { slot: string; body: unknown }, admit?: (perMinute: number) => void): TriggerFire;
  readonly backfills: BackfillsService;
}

export interface TriggersParts {
  readonly timetable: Timetable;
  readonly runs: RunLedger;
  readonly files: FilesService;
  readonly secrets: SecretStore;
}

export function createTriggersService(context: ServiceContext, parts: TriggersParts): TriggersService {
  const { store } = context;
  const { timetable, runs, files } = parts;
  const secrets = createSecretBook(parts.secrets, 'trigger-secrets', hookSecret);
  const firing: TriggerFiring = createTriggerFiring(context, runs);
  const evaluation = createTriggerEvaluation(context, { timetable, firing });

  function find(id: string): StoredTrigger {
    const trigger = store.triggers.find(id);
    if (!trigger) throw new SluiceError('not_found', { what: 'trigger', id });
    return trigger;
  }

  function present(
    trigger: StoredTrigger,
    waiting: number = store.fires.waitingCount(trigger.id),
  ): TriggerSummary {
    const { evaluatedTo: _to, state, nextFireAt, ...summary } = trigger;
    return {
      ...summary,
      parameters: { ...summary.parameters },
      nextFireAt: trigger.pausedAt === null ? nextFireAt : null,
      problem: state.problem ?? problemOf(trigger.config),
      lastFire: store.fires.newest(trigger.id) ?? null,
      waiting,
      hookPath: trigger.config.kind === 'webhook' ? `/hooks/${trigger.id}` : null,
    };
  }

  /** What keeps it from firing that a save did not see: the world changes. */
  function problemOf(config: TriggerConfig): string | null {
    if (config.kind === 'file') {
      try {
        files.folderPath(config.folder);
      } catch (error) {
        return error instanceof SluiceError ? error.message : null;
      }
    }
    if (config.kind === 'pipeline' && !store.pipelines.find(config.pipelineId)) {
      return 'The pipeline that it watches is gone.';
    }
    return null;
  }

  function checkSettings(pipelineId: string, id: string, { config, startAt, endAt }: TriggerSettings): void {
    if (!store.pipelines.find(pipelineId))
      throw new SluiceError('not_found', { what: 'pipeline', id: pipelineId });
    if (startAt !== null && endAt !== null && endAt <= startAt) throw invalid('It ends before it starts.');
    if (config.kind === 'cron') {
      const problem = timetable.check(config.cron, config.timezone);
      if (problem) throw new SluiceError('invalid_input', { reason: problem.message, field: problem.field });
    }
    if (config.kind === 'file') files.folderPath(config.folder);
    if (config.kind === 'pipeline' && !store.pipelines.find(config.pipelineId)) {
      throw new SluiceError('not_found', { what: 'pipeline', id: config.pipelineId });
    }
    refuseCircle(store, { id, pipelineId, config });
  }

  function own(id: string): StoredTrigger {
    const trigger = find(id);
    if (trigger.origin === 'document') {
      throw invalid('This schedule stands in its pipeline. Open the pipeline and change or remove it there.');
    }
    return trigger;
  }

  async function create(pipelineId: string, settings: TriggerSettings) {
    const id = context.newId();
    checkSettings(pipelineId, id, settings);
    const secret = settings.config.kind === 'webhook' ? newSecret() : null;
    // First the secret, then the row: a kill in between leaves a secret without an owner, which the next start removes.
    if (secret !== null) await secrets.set(id, { current: secret });
    return store.write(() => {
      checkSettings(pipelineId, id, settings);
      const now = context.now();
      const pipelineName = store.pipelines.find(pipelineId)?.name ?? '';
      const trigger = awake(context, timetable, {
        ...settings,
        id,
        pipelineId,
        pipelineName,
        origin: 'own',
        pausedAt: null,
        evaluatedTo: now,
        nextFireAt: null,
        state: {},
        createdAt: now,
        updatedAt: now,
      });
      store.triggers.insert(trigger);
      recordTrigger(context, 'resource.created', trigger);
      return { ...present(trigger), secret };
    });
  }

  function update(id: string, settings: TriggerSettings): TriggerSummary {
    return store.write(() => {
      const before = own(id);
      if (settings.config.kind !== before.config.kind)
        throw invalid('A trigger keeps its kind. Make a new one instead.');
      checkSettings(before.pipelineId, id, settings);
      const next: StoredTrigger = {
        ...before,
        ...settings,
        state: { ...before.state },
        updatedAt: context.now(),
      };
      const changed = timesDiffer(before, next)
        ? awake(context, timetable, next)
        : { ...next, nextFireAt: nextFire(next, timetable, context.clock.now()) };
      store.triggers.update(changed);
      recordTrigger(context, 'resource.updated', changed);
      return present(changed);
    });
  }

  function setPaused(id: string, paused: boolean): TriggerSummary {
    return store.write(() => {
      const trigger = find(id);
      if ((trigger.pausedAt !== null) === paused) return present(trigger);
      const updatedAt = context.now();
      const next = paused
        ? { ...trigger, pausedAt: updatedAt, updatedAt }
        : awake(context, timetable, { ...trigger, pausedAt: null, updatedAt });
      store.triggers.update(next);
      recordTrigger(context, 'resource.updated', next);
      return present(next);
    });
  }

  /** An occasion for what is started by hand: as real as can be without the thing that would cause it. */
  function handMade(trigger: StoredTrigger): Occasion {
    const now = context.clock.now();
    const slot = `now/${context.newId()}`;
    const dueAt = context.now();
    if (trigger.config.kind === 'cron') {
      const occasion = slotOccasion(trigger as ScheduleTrigger, timetable, Math.floor(now / 1000) * 1000);
      return { ...occasion, slot, dueAt, words: 'run now' };
    }
    return { slot, dueAt, words: 'run now', values: noValues[trigger.config.kind], chain: 0 };
  }

  return {
    ...evaluation,
    backfills: createBackfillsService(context, { timetable, firing, runs }),
    list(filter) {
      // Nearly none waits: they are asked for once, not once a trigger.
      const waiting = new Set(store.fires.triggersWaiting());
      return store.triggers
        .list(filter)
        .map((trigger) => present(trigger, waiting.has(trigger.id) ? undefined : 0));
    },
    get: (id) => present(find(id)),
    create,
    update,
    pause: (id) => setPaused(id, true),
    resume: (id) => setPaused(id, false),

    async remove(id) {
      store.write(() => {
        const trigger = own(id);
        store.triggers.remove(id);
        recordTrigger(context, 'resource.deleted', trigger);
      });
      if (secrets.get(id)) await secrets.remove([id]);
    },

    preview({ cron, timezone, startAt, endAt, count }) {
      const problem = timetable.check(cron, timezone) ?? null;
      if (problem)
        return { problem, words: problem.field === 'timezone' ? timetable.words(cron) : '', next: [] };
      const next: string[] = [];
      const end = endAt === null ? Number.POSITIVE_INFINITY : Date.parse(endAt);
      let at = Math.max(context.clock.now(), startAt === null ? 0 : Date.parse(startAt) - 1);
      while (next.length < count) {
        const slot = timetable.next(cron, timezone, at);
        if (slot === undefined || slot >= end) break;
        next.push(new Date(slot).toISOString());
        at = slot;
      }
      return { problem: null, words: timetable.words(cron), next };
    },

    fires({ triggerId, before, backfillId, limit }) {
      find(triggerId);
      return store.fires.list({
        triggerId,
        limit,
        ...(before !== undefined && { before }),
        ...(backfillId !== undefined && { backfillId }),
      });
    },

    runNow(id) {
      const trigger = find(id);
      const fire = firing.fire(trigger, handMade(trigger), { regardless: true });
      if (fire.outcome === 'failed') throw invalid(fire.reason ?? 'The run could not be started.');
      return fire;
    },

    test(id) {
      const trigger = find(id);
      const next = trigger.nextFireAt;
      const occasion =
        trigger.config.kind === 'cron' && next !== null
          ? slotOccasion(trigger as ScheduleTrigger, timetable, Date.parse(next))
          : handMade(trigger);
      const parameters = renderParameters(trigger.parameters, occasion.values);
      const problem =
        trigger.state.problem ?? problemOf(trigger.config) ?? refusal(trigger.pipelineId, parameters);
      const slot = trigger.config.kind === 'cron' ? occasion.slot : 'now';
      return { slot, parameters, problem, ...predict(trigger, problem) };
    },

    async rotateSecret(id, overlapHours) {
      if (find(id).config.kind !== 'webhook') throw invalid('Only an inbound call has a secret.');
      const current = newSecret();
      const previous = secrets.get(id)?.current;
      const previousUntil = new Date(context.clock.now() + overlapHours * 3_600_000).toISOString();
      await secrets.set(id, {
        current,
        ...(previous !== undefined && overlapHours > 0 && { previous, previousUntil }),
      });
      return current;
    },

    async loadSecrets() {
      const failure = await secrets.load();
      await secrets.keepOnly(store.triggers.ids());
      return failure;
    },

    secretsOf(id) {
      const secret = secrets.get(id);
      if (!secret) return [];
      const { current, previous, previousUntil = '' } = secret;
      return previous !== undefined && context.now() < previousUntil ? [current, previous] : [current];
    },

    called(id, { slot, body }, admit) {
      const trigger = find(id);
      if (trigger.config.kind !== 'webhook') throw new SluiceError('not_found', { what: 'trigger', id });
      const known = store.fires.find(id, slot);
      if (known) return known;
      if (trigger.pausedAt !== null) throw new SluiceError('trigger_paused');
      admit?.(trigger.config.perMinute);
      const dueAt = context.now();
      return firing.fire(trigger, { slot, dueAt, words: dueAt, values: { body, received: dueAt }, chain: 0 });
    },
  };

  /** Why the pipeline would not take these parameters. */
  function refusal(pipelineId: string, parameters: ParameterValues): string | null {
    const revision = store.pipelines.find(pipelineId)?.revision ?? 0;
    const document = store.revisions.document(pipelineId, revision);
    if (!document || document.nodes.length === 0) return 'The pipeline has no steps yet.';
    try {
      resolveParameters(document, parameters);
      return null;
    } catch (error) {
      return error instanceof SluiceError ? error.message : null;
    }
  }

  /** What the overlap policy would say now. */
  function predict(trigger: StoredTrigger, problem: string | null): Pick<TestedFire, 'outcome' | 'reason'> {
    if (problem !== null) return { outcome: 'failed', reason: problem };
    if (trigger.pausedAt !== null) return { outcome: 'skipped', reason: 'It is paused.' };
    if (trigger.config.kind !== 'cron') return { outcome: 'started', reason: null };
    const { overlap }: TriggerConfigOf<'cron'> = trigger.config;
    if (store.triggers.activeRuns(trigger.id, laneOf(trigger)).length === 0)
      return { outcome: 'started', reason: null };
    if (overlap === 'skip') return { outcome: 'skipped', reason: 'The run before it has not ended.' };
    return {
      outcome: 'waiting',
      reason: overlap === 'queue' ? 'It waits for the run before it.' : 'It replaces the run before it.',
    };
  }
}

/** What places in parameters stand for when a trigger is fired by hand: nothing, so that defaults count. */
const noValues: Record<Exclude<TriggerKind, 'cron'>, Readonly<Record<string, unknown>>> = {
  file: { path: undefined, file: {} },
  dataset: { dataset: {}, run: undefined },
  webhook: { body: {}, received: undefined },
  pipeline: { run: undefined, pipeline: undefined },
};

function timesDiffer(a: StoredTrigger, b: StoredTrigger): boolean {
  const times = ({ config }: StoredTrigger) =>
    config.kind === 'cron' ? `${config.cron}\n${config.timezone}` : JSON.stringify(config);
  return times(a) !== times(b);
}

function invalid(reason: string): SluiceError {
  return new SluiceError('invalid_input', { reason });
}
