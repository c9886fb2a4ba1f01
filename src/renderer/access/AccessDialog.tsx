import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { awaiting } from '../data/awaiting.ts';
import { orpc } from '../data/client.ts';
import { Awaited, CodeExample, CopyButton, Dialog, SegmentedControl } from '../ui/index.ts';
import { AccessKeys } from './AccessKeys.tsx';
import { doorLook } from './doors.ts';
import type { ReachedPipeline } from './reach.ts';
import { startDoors } from './reach.ts';
import { keyPlace, type SnippetLanguage, snippetLanguages, snippets } from './snippets.ts';

interface AccessDialogProps {
  readonly pipeline: ReachedPipeline & { readonly name: string };
  readonly close: () => void;
}

/** How scripts reach one pipeline: its id, the calls that start it, and which keys are let in. */
export function AccessDialog({ pipeline, close }: AccessDialogProps) {
  const keys = useQuery(orpc.keys.list.queryOptions({ input: {} }));
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      width="xl"
      title={`API access of “${pipeline.name}”`}
      description={
        <span className="flex items-center gap-1.5">
          Id <code className="font-mono text-data text-ink select-all">{pipeline.id}</code>
          <CopyButton label="Copy the id" text={pipeline.id} />
        </span>
      }
    >
      <div className="flex flex-col gap-5">
        <Calls pipelineId={pipeline.id} />
        <Awaited {...awaiting(keys)} where="The keys could not be listed." lines={4}>
          {() => <AccessKeys pipeline={pipeline} keys={keys.data ?? []} />}
        </Awaited>
      </div>
    </Dialog>
  );
}

const doorChoices = startDoors.map((door) => ({ value: door, label: doorLook(door).title }));

function Calls({ pipelineId }: { pipelineId: string }) {
  const [door, setDoor] = useState<(typeof startDoors)[number]>('execution');
  const [language, setLanguage] = useState<SnippetLanguage>('curl');
  const info = useQuery(orpc.system.info.queryOptions({ input: {} }));
  const url = info.data?.url ?? location.origin;
  const call = useMemo(
    () =>
      snippets({ url, key: keyPlace, pipelineId, datasetId: '' }, ['execution:run', 'cloudflow:run']).find(
        (each) => each.door === door,
      ),
    [url, pipelineId, door],
  );
  return (
    <section aria-label="Start it">
      <div className="mb-2 flex items-center justify-between gap-3">
        <h3 className="text-meta font-semibold">Start it</h3>
        <SegmentedControl label="API" value={door} onChange={setDoor} options={doorChoices} />
      </div>
      <CodeExample<SnippetLanguage>
        label={`Start it by ${doorLook(door).title}`}
        languages={snippetLanguages}
        language={language}
        onLanguage={setLanguage}
        text={call?.text(language) ?? ''}
      />
      <p className="mt-1 text-meta text-muted">
        {door === 'execution'
          ? 'Answers when the run has ended; without await=true at once. The newest saved revision runs.'
          : 'Answers at once with the id of the job. The newest saved revision runs.'}
      </p>
    </section>
  );
}
