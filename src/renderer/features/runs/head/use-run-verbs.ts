import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { client, orpc } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { toast } from '../../../ui/index.ts';
import { isActive } from '../run-data.ts';

/** Runs that this window asked to stop; leaving their page does not forget it. */
const asked = new Set<string>();

/** What can be done with a run as a whole. Each start leads to the new run's page. */
export function useRunVerbs(run: RunDetail) {
  const [, navigate] = useHashLocation();
  const cache = useQueryClient();
  const [stopping, setStopping] = useState(() => asked.has(run.id));
  const started = ({ id }: { id: string }) => {
    void cache.invalidateQueries({ queryKey: orpc.runs.list.key() });
    navigate(`/runs/${id}`);
  };
  const refused = (error: unknown) =>
    toast.error('The run was not started', { description: callError(error).message });
  const cancel = useMutation({
    mutationFn: () => client.runs.cancel({ id: run.id }),
    onMutate: () => {
      asked.add(run.id);
      setStopping(true);
    },
    onError: (error) => {
      asked.delete(run.id);
      setStopping(false);
      toast.error('The run was not cancelled', { description: callError(error).message });
    },
  });
  const again = useMutation({
    mutationFn: (revision: 'same' | 'newest') => client.runs.again({ id: run.id, revision }),
    onSuccess: started,
    onError: refused,
  });
  const retry = useMutation({
    mutationFn: () => client.runs.retryFailed({ id: run.id }),
    onSuccess: started,
    onError: refused,
  });
  const from = useMutation({
    mutationFn: (nodeId: string) => client.runs.runFrom({ id: run.id, nodeId }),
    onSuccess: started,
    onError: refused,
  });
  return {
    active: isActive(run),
    cancelling: stopping && isActive(run),
    canRetry: run.status === 'failed' || run.status === 'cancelled',
    busy: again.isPending || retry.isPending || from.isPending,
    cancel: () => cancel.mutate(),
    again: (revision: 'same' | 'newest') => again.mutate(revision),
    retryFailed: () => retry.mutate(),
    runFrom: (nodeId: string) => from.mutate(nodeId),
  };
}
export type RunVerbs = ReturnType<typeof useRunVerbs>;
