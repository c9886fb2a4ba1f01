import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { orpc } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { nodeById, titleOf } from '../../../graph/ports.ts';
import { meaningKey } from '../../../graph/stale.ts';
import {
  CodeEditor,
  CopyButton,
  EmptyState,
  ErrorState,
  SegmentedControl,
  Skeleton,
} from '../../../ui/index.ts';
import { useRested } from '../page/use-check.ts';
import { useDocument, useView } from '../state/editor-context.ts';
import { onlyNode } from '../state/view-store.ts';
import { DataBar } from './DataBar.tsx';

type Part = 'step' | 'plan' | 'whole';

/** What the pipeline becomes: the SQL of the selected step, its plan, or the statements of the whole. */
export function SqlTab() {
  const selected = useView(onlyNode);
  const document = useDocument((current) => current);
  const parameters = useView((view) => view.parameters);
  const rested = useRested(document, 300);
  const key = useMemo(() => meaningKey(rested), [rested]);
  const [wanted, setWanted] = useState<Part>('step');
  const { data, error, refetch } = useQuery({
    ...orpc.editor.explain.queryOptions({ input: { document: rested, parameters } }),
    queryKey: ['editor.explain', key, parameters],
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
  if (error)
    return <ErrorState variant="inline" title={callError(error).message} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={5} className="m-3" />;
  const part: Part = selected ? wanted : 'whole';
  const node = data.nodes.find((candidate) => candidate.nodeId === selected);
  const whole = data.statements.map(({ nodeIds, sql }) => `-- ${nodeIds.join(', ')}\n${sql}`).join('\n\n');
  const text =
    part === 'whole'
      ? whole
      : part === 'plan'
        ? node
          ? JSON.stringify(node.plan, null, 2)
          : ''
        : (node?.sql ?? '');
  const here = selected ? nodeById(document, selected) : undefined;
  return (
    <>
      <DataBar>
        <SegmentedControl<Part>
          label="What is shown"
          value={part}
          onChange={setWanted}
          options={[
            { value: 'step', label: 'This step', disabled: !selected },
            { value: 'plan', label: 'Its plan', disabled: !selected },
            { value: 'whole', label: 'Whole pipeline' },
          ]}
        />
        <span className="min-w-0 flex-1 truncate text-meta text-muted">
          {here && part !== 'whole' ? titleOf(here) : ''}
        </span>
        <CopyButton text={text} label="Copy" />
      </DataBar>
      {text === '' ? (
        <EmptyState title="Nothing to show yet" className="min-h-0 flex-1 py-4">
          {part === 'whole'
            ? 'A pipeline becomes SQL once it has a step that gives rows.'
            : 'This step becomes SQL once its problems are mended.'}
        </EmptyState>
      ) : (
        <div className="min-h-0 flex-1 overflow-auto">
          <CodeEditor
            bare
            readOnly
            lineNumbers
            language={part === 'plan' ? 'json' : 'sql'}
            label="Compiled text"
            value={text}
          />
        </div>
      )}
    </>
  );
}
