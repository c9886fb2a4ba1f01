import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { client, orpc } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { toast } from '../../../ui/index.ts';

type Annotation = Partial<Pick<RunDetail, 'labels' | 'note' | 'pinned'>>;

/** Changes labels, note or pin of a run; they are shown at once and put back when they were not kept. */
export function useAnnotate(run: Pick<RunDetail, 'id'>) {
  const cache = useQueryClient();
  const { queryKey } = orpc.runs.get.queryOptions({ input: { id: run.id } });
  return useMutation({
    mutationFn: (change: Annotation) => client.runs.annotate({ id: run.id, ...change }),
    onMutate: (change) => {
      const before = cache.getQueryData(queryKey);
      if (before) cache.setQueryData(queryKey, { ...before, ...change });
      return before;
    },
    onSuccess: (summary) => cache.setQueryData(queryKey, (before) => before && { ...before, ...summary }),
    onError: (error, _change, before) => {
      cache.setQueryData(queryKey, before);
      toast.error('It was not kept', { description: callError(error).message });
    },
  });
}
