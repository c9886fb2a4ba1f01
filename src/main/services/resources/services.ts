import type { TriggerSettings } from '../../../shared/contract/triggers.ts';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { FoundResource, StoredResource } from '../../store/resources-repository.ts';
import type { ServiceContext } from '../service-context.ts';
import type { TriggersService } from '../triggers-service.ts';
import { invalidResource } from './invalid-resource.ts';
import type { ResourceBook } from './resource-book.ts';
import { type PlacedInput, partOf, type ResourceCaller, type ResourceKind } from './resource-kind.ts';
import { configOf, type ServiceSpec, serviceSpec, toldTrigger } from './service-spec.ts';

export interface ServiceParts {
  readonly book: ResourceBook;
  readonly triggers: TriggersService;
}

/** A service is a trigger of its own: it lives on and starts a workflow each time. */
export function createServiceKind(context: ServiceContext, { book, triggers }: ServiceParts): ResourceKind {
  const { store } = context;

  function pipelineOf(caller: ResourceCaller, workspaceId: string) {
    return (workflow: string, path: string): string => {
      const row = store.resources
        .named('workflow', workflow, caller.environment)
        .find((one) => one.workspaceId === workspaceId && reached(caller, one.targetId));
      if (row?.targetId) return row.targetId;
      throw invalidResource(path, `There is no workflow named "${workflow}" in this workspace.`);
    };
  }

  function settingsOf(caller: ResourceCaller, input: PlacedInput, spec: ServiceSpec, called: string) {
    const settings: TriggerSettings = {
      name: spec.title ?? called,
      config: configOf(spec, pipelineOf(caller, input.workspaceId)),
      parameters: spec.parameters,
      environment: caller.environment,
      startAt: spec.start ?? null,
      endAt: spec.end ?? null,
    };
    return settings;
  }

  function setPaused(id: string, paused: boolean): void {
    if (paused) triggers.pause(id);
    else triggers.resume(id);
  }

  function keepLabels(
    row: StoredResource,
    { version, tags, description, spec }: PlacedInput,
  ): StoredResource {
    const specOf = triggers.get(targetOf(row)).updatedAt;
    const next = { ...row, version, tags, description, spec, specOf, updatedAt: context.now() };
    store.write(() => store.resources.update(next));
    return next;
  }

  return {
    async create(caller, input) {
      const { workspaceId } = input;
      const { environment } = caller;
      const spec = partOf(input, serviceSpec);
      const settings = settingsOf(caller, input, spec, input.name);
      const pipelineId = pipelineOf(caller, workspaceId)(spec.workflow, 'service.workflow');
      const claim = {
        type: 'service',
        workspaceId,
        environment,
        thing: settings.name,
        labels: input,
      } as const;
      const release = book.claim(claim);
      try {
        const { id, secret } = await triggers.create(pipelineId, settings);
        if (spec.paused) setPaused(id, true);
        const row = store.resources.byTarget('service', id);
        if (!row) throw new SluiceError('not_found', { what: 'service', id });
        return { row: keepLabels(row, input), signingSecret: secret ?? undefined };
      } finally {
        release();
      }
    },

    update(caller, resource, input) {
      const spec = partOf(input, serviceSpec);
      const before = triggers.get(targetOf(resource));
      const pipelineId = pipelineOf(caller, input.workspaceId)(spec.workflow, 'service.workflow');
      if (pipelineId !== before.pipelineId)
        throw invalidResource('service.workflow', 'A service keeps its workflow. Make a new one instead.');
      triggers.update(before.id, settingsOf(caller, input, spec, before.name));
      setPaused(before.id, spec.paused);
      return { row: keepLabels(resource, input) };
    },

    remove: (_caller, resource) => triggers.remove(targetOf(resource)),

    spec(resource) {
      const trigger = triggers.get(targetOf(resource));
      const workflowOf = (pipelineId: string) =>
        store.resources.byTarget('workflow', pipelineId)?.name ?? pipelineId;
      const told = toldTrigger(trigger.config, trigger.hookPath, workflowOf);
      if (resource.spec && resource.specOf === trigger.updatedAt)
        return trigger.hookPath === null ? { ...resource.spec } : withTrigger(resource.spec, told);
      return {
        service: {
          ...(trigger.name !== resource.name && { title: trigger.name }),
          workflow: workflowOf(trigger.pipelineId),
          trigger: told,
          ...(Object.keys(trigger.parameters).length > 0 && { parameters: trigger.parameters }),
          ...(trigger.startAt !== null && { start: trigger.startAt }),
          ...(trigger.endAt !== null && { end: trigger.endAt }),
          ...(trigger.pausedAt !== null && { paused: true }),
        },
      };
    },
  };
}

/** Where calls of a webhook trigger go to is told beside what was sent. */
function withTrigger(spec: Readonly<Record<string, unknown>>, told: Record<string, unknown>) {
  const service = spec.service as Record<string, unknown>;
  return { service: { ...service, trigger: told } };
}

function targetOf({ targetId, type, name }: StoredResource | FoundResource): string {
  if (targetId === null) throw new SluiceError('not_found', { what: type, id: name });
  return targetId;
}

const reached = ({ pipelineIds }: ResourceCaller, id: string | null): boolean =>
  pipelineIds === null || (id !== null && pipelineIds.includes(id));
