import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { BulkAction, BulkProgress, RunSelection } from '../../../shared/contract/history.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  Button,
  Combobox,
  Dialog,
  ErrorState,
  Field,
  formatCount,
  formatPlural,
  ProgressBar,
  Skeleton,
  toast,
} from '../../ui/index.ts';
import { useLabelOptions } from './run-labels.tsx';
import { type BulkCount, bulkWords, fittingCount, restSentence } from './run-list-words.ts';

export interface BulkAsked {
  readonly action: BulkAction;
  readonly selection: RunSelection;
}

type Stage =
  | { at: 'asking' }
  | { at: 'working'; progress: BulkProgress | undefined }
  | { at: 'done'; progress: BulkProgress; stopped: boolean }
  | { at: 'failed'; message: string };

/** One thing done to many runs: first how many, then how far, then what was left alone and why. */
export function BulkDialog({ asked, onClose }: { asked: BulkAsked; onClose: (did: boolean) => void }) {
  const { action, selection } = asked;
  const words = bulkWords[action];
  const [label, setLabel] = useState<string | null>(null);
  const { stage, start, stop } = useBulk(asked);
  const labelling = action === 'label' || action === 'unlabel';
  const count = useQuery({
    ...orpc.history.count.queryOptions({ input: selection }),
    // Counted when it is asked, not as of some seconds ago.
    staleTime: 0,
    gcTime: 0,
  });
  const fitting = count.data && fittingCount(action, count.data);
  const working = stage.at === 'working';
  const close = () => {
    if (working) stop();
    else onClose(stage.at === 'done');
  };
  return (
    <Dialog
      open
      dismissable={!working}
      onOpenChange={(open) => !open && close()}
      title={words.title(count.data?.total)}
      width="sm"
      footer={
        stage.at === 'asking' ? (
          <>
            <Button size="lg" onClick={close}>
              Leave them
            </Button>
            <Button
              size="lg"
              variant={action === 'remove' ? 'danger' : 'primary'}
              disabled={!fitting || (labelling && !label)}
              onClick={() => void start(label)}
            >
              {words.button(fitting)}
            </Button>
          </>
        ) : working ? (
          <Button size="lg" onClick={stop}>
            Stop
          </Button>
        ) : (
          <>
            {stage.at === 'done' && stage.progress.undoId && (
              <Button size="lg" onClick={() => void undo(stage.progress.undoId ?? '', () => onClose(true))}>
                Undo
              </Button>
            )}
            <Button size="lg" variant="primary" onClick={close}>
              Done
            </Button>
          </>
        )
      }
    >
      {stage.at === 'asking' && (
        <Asking
          action={action}
          count={count.data}
          failure={count.error ? callError(count.error).message : undefined}
          onRetry={() => void count.refetch()}
        />
      )}
      {stage.at === 'asking' && labelling && (
        <LabelField label={label} onChange={setLabel} help={action === 'label'} />
      )}
      {stage.at === 'working' && <Working words={words.doing} progress={stage.progress} />}
      {stage.at === 'done' && <Outcome done={words.done} progress={stage.progress} stopped={stage.stopped} />}
      {stage.at === 'failed' && (
        <ErrorState variant="inline" title="It could not be finished" where={stage.message} />
      )}
    </Dialog>
  );
}

function Asking(props: {
  action: BulkAction;
  count: BulkCount | undefined;
  failure: string | undefined;
  onRetry: () => void;
}) {
  const { action, count, failure } = props;
  if (failure)
    return (
      <ErrorState
        variant="inline"
        title="The runs could not be counted"
        where={failure}
        onRetry={props.onRetry}
      />
    );
  if (!count) return <Skeleton lines={2} />;
  const rest = restSentence(action, count);
  return (
    <div className="flex flex-col gap-2" role="status">
      <p>{bulkWords[action].says(fittingCount(action, count))}</p>
      {rest && <p className="text-muted">{rest}</p>}
    </div>
  );
}

function LabelField(props: {
  label: string | null;
  onChange: (label: string | null) => void;
  help: boolean;
}) {
  const options = useLabelOptions();
  return (
    <div className="mt-3">
      <Field label="Label" help={props.help ? 'A new one is made by typing it.' : undefined}>
        <Combobox
          size="lg"
          freeText={props.help}
          value={props.label}
          onChange={(label) => props.onChange(label?.trim().slice(0, 60) || null)}
          options={options}
          placeholder="Choose a label"
          searchPlaceholder={props.help ? 'Find or make a label' : 'Find a label'}
        />
      </Field>
    </div>
  );
}

function Working({ words, progress }: { words: string; progress: BulkProgress | undefined }) {
  return (
    <div className="flex flex-col gap-3">
      <p className="nums">
        {progress
          ? `${words} ${formatCount(progress.done)} of ${formatCount(progress.total)} …`
          : `${words} …`}
      </p>
      <ProgressBar label={words} value={progress && progress.done / Math.max(1, progress.total)} />
      <p className="text-muted">Everything else goes on meanwhile. What is done stays done when you stop.</p>
    </div>
  );
}

function Outcome(props: { done: string; progress: BulkProgress; stopped: boolean }) {
  const { changed, skipped, total, done } = props.progress;
  return (
    <div className="flex flex-col gap-2" role="status">
      <p>
        {formatPlural(changed, 'run')} {props.done}
        {props.stopped && `; stopped after ${formatCount(done)} of ${formatCount(total)}`}.
      </p>
      {skipped.length > 0 && (
        <>
          <p className="text-muted">Left alone:</p>
          <ul className="flex flex-col gap-1">
            {skipped.map(({ code, message, count }) => (
              <li key={code} className="flex gap-2">
                <span className="w-16 shrink-0 text-right font-medium nums">{formatCount(count)}</span>
                <span className="min-w-0 text-muted wrap-anywhere">{message}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function useBulk({ action, selection }: BulkAsked) {
  const [stage, setStage] = useState<Stage>({ at: 'asking' });
  const stopper = useRef<AbortController>(undefined);
  useEffect(() => () => stopper.current?.abort(), []);
  const start = async (label: string | null) => {
    const control = new AbortController();
    stopper.current = control;
    let last: BulkProgress | undefined;
    setStage({ at: 'working', progress: undefined });
    try {
      const input = { selection, action, ...(label !== null && { label }) };
      for await (const progress of await client.history.bulk(input, { signal: control.signal })) {
        last = progress;
        if (!control.signal.aborted) setStage({ at: 'working', progress });
      }
    } catch (error) {
      if (!control.signal.aborted) return setStage({ at: 'failed', message: callError(error).message });
    }
    const nothing = { total: 0, done: 0, changed: 0, skipped: [], finished: false, undoId: null };
    setStage({ at: 'done', progress: last ?? nothing, stopped: last?.finished !== true });
  };
  return { stage, start, stop: () => stopper.current?.abort() };
}

async function undo(undoId: string, done: () => void): Promise<void> {
  try {
    const { changed } = await client.history.undo({ undoId });
    toast.success(`Taken back on ${formatPlural(changed, 'run')}`);
    done();
  } catch (error) {
    toast.error('It could not be taken back', { description: callError(error).message });
  }
}
