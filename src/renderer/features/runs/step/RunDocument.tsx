import { useQuery } from '@tanstack/react-query';
import type { RunDetail } from '../../../shared/contract/domain.ts';
import { orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { CodeEditor, ErrorState, Skeleton } from '../../ui/index.ts';

/** The pipeline exactly as it ran, whatever it has become since. */
export function RunDocument({ run }: { run: RunDetail }) {
  const query = useQuery({
    ...orpc.pipelines.exportText.queryOptions({
      input: { id: run.pipelineId, revision: run.revision, format: 'yaml' },
    }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.isLoadingError)
    return <ErrorState title={callError(query.error).message} onRetry={() => void query.refetch()} />;
  if (!query.data)
    return (
      <div className="p-6">
        <Skeleton lines={8} />
      </div>
    );
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <CodeEditor
        label={`Revision ${run.revision}`}
        language="yaml"
        readOnly
        value={query.data.text}
        onChange={() => undefined}
      />
    </div>
  );
}
