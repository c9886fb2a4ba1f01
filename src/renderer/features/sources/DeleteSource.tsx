import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { SourceSummary } from '../../../shared/contract/sources.ts';
import { client, orpc } from '../../data/client.ts';
import { ConfirmDialog, toast } from '../../ui/index.ts';

interface DeleteSourceProps {
  readonly source: SourceSummary | undefined;
  readonly close: () => void;
}

export function DeleteSource({ source, close }: DeleteSourceProps) {
  const cache = useQueryClient();
  const uses = useQuery({
    ...orpc.sources.usedBy.queryOptions({ input: { id: source?.id ?? '' } }),
    enabled: source !== undefined,
  });
  const names = [...new Set((uses.data ?? []).map(({ pipelineName }) => pipelineName))];
  return (
    <ConfirmDialog
      open={source !== undefined}
      onOpenChange={(open) => !open && close()}
      title={`Delete “${source?.name ?? ''}”?`}
      action="Delete"
      danger
      onConfirm={async () => {
        if (!source) return;
        await client.sources.remove({ ids: [source.id] });
        toast.success(`Deleted “${source.name}”`);
        await cache.invalidateQueries({ queryKey: orpc.sources.list.key() });
      }}
    >
      Its address and its secrets are removed; what it holds stays where it is.
      {names.length > 0 && (
        <span className="mt-2 block text-status-warning" dir="auto">
          {names.length === 1 ? 'This pipeline uses it and fails' : 'These pipelines use it and fail'} from
          then on: {names.slice(0, 5).join(', ')}
          {names.length > 5 ? ` and ${names.length - 5} more` : ''}.
        </span>
      )}
    </ConfirmDialog>
  );
}
