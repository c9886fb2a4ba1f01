import { useQuery } from '@tanstack/react-query';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { awaiting } from '../../../data/awaiting.ts';
import { orpc } from '../../../data/client.ts';
import { Awaited, CodeEditor } from '../../../ui/index.ts';

/** The pipeline exactly as it ran, whatever it has become since. */
export function RunDocument({ run }: { run: RunDetail }) {
  const query = useQuery({
    ...orpc.pipelines.exportText.queryOptions({
      input: { id: run.pipelineId, revision: run.revision, format: 'yaml' },
    }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Awaited {...awaiting(query)} where="The document of the run could not be read.">
      {() => (
        <div className="min-h-0 flex-1">
          <CodeEditor
            bare
            label={`Revision ${run.revision}`}
            language="yaml"
            readOnly
            value={query.data?.text ?? ''}
            onChange={() => undefined}
          />
        </div>
      )}
    </Awaited>
  );
}
