import { useQuery } from '@tanstack/react-query';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { awaiting } from '../../../data/awaiting.ts';
import { orpc } from '../../../data/client.ts';
import { Awaited, CodeEditor, CopyButton } from '../../../ui/index.ts';

/** What a step of the document that ran becomes. It is compiled anew: columns are those of today's inputs. */
export function StepSql({ run, nodeId }: { run: RunDetail; nodeId: string }) {
  const { document, parameters, environment, pipelineId } = run;
  const query = useQuery({
    ...orpc.editor.explain.queryOptions({ input: { document, parameters, environment, pipelineId } }),
    queryKey: ['run.explain', run.id],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <Awaited {...awaiting(query)} where="The SQL of the step could not be made." lines={4}>
      {() => {
        const sql = query.data?.nodes.find((node) => node.nodeId === nodeId)?.sql;
        const problem = query.data?.problems.find((one) => one.nodeId === nodeId);
        if (!sql)
          return (
            <p className="px-4 py-1 wrap-anywhere text-muted">
              {problem?.message ??
                'This step has no SQL of its own: it writes what the step before it gives.'}
            </p>
          );
        return (
          <div className="relative min-h-0 flex-1">
            <div className="absolute inset-0 overflow-auto pl-2">
              <CodeEditor
                bare
                readOnly
                lineNumbers={false}
                label={`SQL of ${nodeId}`}
                language="sql"
                value={sql}
                onChange={() => undefined}
              />
            </div>
            <span className="absolute top-1 right-3 rounded-md bg-raised">
              <CopyButton label="Copy the SQL" text={sql} />
            </span>
          </div>
        );
      }}
    </Awaited>
  );
}
