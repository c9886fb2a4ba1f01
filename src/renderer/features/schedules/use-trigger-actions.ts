import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { TriggerSummary } from '../../../shared/contract/triggers.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { toast } from '../../ui/index.ts';

/** The acts on a trigger that are one click. */
export function useTriggerActions() {
  const cache = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onError: (error) => toast.error(callError(error).message),
    onSettled: () => cache.invalidateQueries({ queryKey: orpc.triggers.key() }),
  });
  return useMemo(
    () => ({
      pause: (trigger: TriggerSummary) =>
        mutate(() => client.triggers.pause({ id: trigger.id }), {
          onSuccess: () =>
            toast.undo(`Paused “${trigger.name}”`, {
              action: () => mutate(() => client.triggers.resume({ id: trigger.id })),
            }),
        }),
      resume: (trigger: TriggerSummary) =>
        mutate(() => client.triggers.resume({ id: trigger.id }), {
          onSuccess: () =>
            void toast.success(`“${trigger.name}” is active again`, {
              description: 'What passed during the pause is not made up.',
            }),
        }),
      runNow: (trigger: TriggerSummary) =>
        mutate(async () => {
          const fire = await client.triggers.runNow({ id: trigger.id });
          toast.success(`Started “${trigger.pipelineName}”`, {
            action: { label: 'Open the run', run: () => location.assign(`#/runs/${fire.runId}`) },
          });
        }),
    }),
    [mutate],
  );
}

/** Names of pipelines by id. */
export function usePipelineNames() {
  const { data } = useQuery(orpc.pipelines.list.queryOptions({ input: {} }));
  const names = useMemo(() => new Map((data ?? []).map(({ id, name }) => [id, name])), [data]);
  const nameOf = useCallback((id: string) => names.get(id), [names]);
  return { nameOf, pipelines: data ?? [] };
}
