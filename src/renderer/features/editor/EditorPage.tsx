import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { PipelineDetail } from '../../../shared/contract/domain.ts';
import { orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { onEventsReconnected, useAppEvent } from '../../data/events.ts';
import { hashQuery } from '../../data/hash-query.ts';
import { ErrorState, Skeleton, TopBar } from '../../ui/index.ts';
import { EditorFrame } from './page/EditorFrame.tsx';
import { rememberedValues } from './run/parameter-values.ts';
import { RunContext } from './run/run-context.ts';
import { createRunControl, type RunControl } from './run/run-control.ts';
import { createEditor } from './state/create-editor.ts';
import { type Editor, EditorContext } from './state/editor-context.ts';

/** The editor of one pipeline, at `/pipelines/:id`. */
export function EditorPage({ pipelineId }: { pipelineId: string }) {
  return <Opening key={pipelineId} pipelineId={pipelineId} />;
}

function Opening({ pipelineId }: { pipelineId: string }) {
  // Read once: from then on the document lives in the editor, and a refetch would only compete with it.
  const { data, error, refetch, isFetching } = useQuery({
    ...orpc.pipelines.get.queryOptions({ input: { id: pipelineId } }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnMount: 'always',
  });
  if (error) {
    const report = callError(error);
    return (
      <>
        <TopBar crumbs={[{ label: 'Pipelines', href: '#/pipelines' }, { label: 'Not opened' }]} />
        <ErrorState
          title={report.message}
          where="The pipeline could not be opened."
          details={JSON.stringify(report, null, 2)}
          onRetry={() => void refetch()}
          retrying={isFetching}
        />
      </>
    );
  }
  if (!data || isFetching) return <OpeningSkeleton />;
  return <Opened detail={data} />;
}

function OpeningSkeleton() {
  return (
    <>
      <TopBar crumbs={[{ label: 'Pipelines', href: '#/pipelines' }, { label: '' }]} />
      <div aria-hidden className="flex min-h-0 flex-1">
        <div className="w-[220px] border-r border-line bg-panel p-3">
          <Skeleton lines={10} />
        </div>
        <div className="flex-1 bg-canvas" />
        <div className="w-[340px] border-l border-line bg-panel p-4">
          <Skeleton lines={8} />
        </div>
      </div>
    </>
  );
}

interface Open {
  readonly editor: Editor;
  readonly runs: RunControl;
}

function Opened({ detail }: { detail: PipelineDetail }) {
  const [open, setOpen] = useState<Open>();
  useEffect(() => {
    const editor = createEditor(detail);
    // A link may name the step to open at.
    const linked = hashQuery().get('node');
    const nodes = detail.document.nodes.some(({ id }) => id === linked) && linked ? [linked] : [];
    editor.view.setState({ parameters: rememberedValues(detail.id), nodes: new Set(nodes) });
    const runs = createRunControl(editor);
    void runs.openLast();
    setOpen({ editor, runs });
    return () => editor.autosave.stop();
  }, [detail]);
  if (!open) return <OpeningSkeleton />;
  return (
    <EditorContext value={open.editor}>
      <RunContext value={open.runs}>
        <LiveEvents {...open} />
        <EditorFrame />
      </RunContext>
    </EditorContext>
  );
}

/** Joins the stream of events to the open editor. */
function LiveEvents({ editor, runs }: Open) {
  useAppEvent('run.steps', runs.onSteps);
  useAppEvent('run.changed', runs.onRun);
  useAppEvent('pipeline.changed', (event) => {
    const state = editor.autosave.states.getState();
    // Our own saves are announced too: they are never ahead of what we know or are about to hear.
    if (event.pipelineId !== editor.pipelineId || event.revision <= state.base || state.sending) return;
    void editor.autosave.refresh();
  });
  useEffect(
    () =>
      onEventsReconnected(() => {
        runs.sync();
        void editor.autosave.refresh();
      }),
    [editor, runs],
  );
  return null;
}
