import { useQuery } from '@tanstack/react-query';
import { ArrowDownUp } from 'lucide-react';
import { useMemo } from 'react';
import { keyPlace, pipelinePlace, snippets } from '../../access/snippets.ts';
import { orpc } from '../../data/client.ts';
import { buttonClass, CodeEditor, CopyButton, EmptyState } from '../../ui/index.ts';

/** What stands here before the first request: how to send one. */
export function FirstCall() {
  const info = useQuery(orpc.system.info.queryOptions({ input: {} }));
  const pipelines = useQuery(orpc.pipelines.list.queryOptions({ input: {} }));
  const pipelineId = pipelines.data?.[0]?.id ?? pipelinePlace;
  const url = info.data?.url ?? location.origin;
  const text = useMemo(() => {
    const places = { url, key: keyPlace, pipelineId, datasetId: '' };
    return snippets(places, ['execution:run'])[0]?.text('curl') ?? '';
  }, [url, pipelineId]);
  return (
    <div className="mx-auto flex w-full max-w-240 flex-col px-6 pb-10">
      <EmptyState
        icon={ArrowDownUp}
        title="No requests yet"
        action={
          <a href="#/keys" className={buttonClass('primary', 'md')}>
            Make a key
          </a>
        }
        className="pb-6"
      >
        Every call of a script appears here the moment it is answered. Make a key, put it into this line, and
        run it in a terminal.
      </EmptyState>
      <div className="flex items-center justify-between pb-1.5 text-meta font-semibold">
        Start a pipeline and wait for its end
        <CopyButton label="Copy the example" text={text} />
      </div>
      <CodeEditor label="First call" language="text" readOnly value={text} onChange={() => undefined} />
    </div>
  );
}
