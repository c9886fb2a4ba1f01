import { Check, CloudOff, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { callError } from '../../../data/errors.ts';
import { Button, cx, Dialog, formatPlural, toast } from '../../../ui/index.ts';
import { type SaveLabel, saveLabel } from '../saving/save-machine.ts';
import { useEditor } from '../state/editor-context.ts';

const looks: Record<SaveLabel, { icon: typeof Check; text: string; tone: string }> = {
  saved: { icon: Check, text: 'Saved', tone: 'text-muted' },
  saving: { icon: LoaderCircle, text: 'Saving', tone: 'text-muted' },
  unsaved: { icon: LoaderCircle, text: 'Saving', tone: 'text-muted' },
  offline: { icon: CloudOff, text: 'Not saved: offline', tone: 'text-status-warning' },
  conflict: { icon: TriangleAlert, text: 'Conflict', tone: 'text-status-failed' },
  refused: { icon: TriangleAlert, text: 'Not saved', tone: 'text-status-failed' },
};

/** Where the edits are: saved, on their way, or waiting; and the way out of a conflict. */
export function SaveState() {
  const { autosave } = useEditor();
  const label = useStore(autosave.states, saveLabel);
  const trouble = useStore(autosave.states, (state) => state.trouble);
  const revision = useStore(autosave.states, (state) => state.base);
  const [choosing, setChoosing] = useState(false);
  useEffect(() => setChoosing(label === 'conflict'), [label]);
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent) => {
      if (saveLabel(autosave.states.getState()) === 'saved') return;
      void autosave.flush();
      event.preventDefault();
    };
    window.addEventListener('beforeunload', guard);
    return () => window.removeEventListener('beforeunload', guard);
  }, [autosave]);
  const look = looks[label];
  const detail =
    trouble?.kind === 'refused'
      ? trouble.message
      : label === 'offline'
        ? 'Kept on this computer; tried again every few seconds.'
        : `Revision ${revision}`;
  return (
    <>
      <span
        role="status"
        title={detail}
        className={cx('flex shrink-0 items-center gap-1 text-meta whitespace-nowrap', look.tone)}
      >
        <look.icon
          size={13}
          aria-hidden
          className={look.icon === LoaderCircle ? 'animate-spin' : undefined}
        />
        {label === 'conflict' ? (
          <button type="button" className="underline underline-offset-2" onClick={() => setChoosing(true)}>
            {look.text}
          </button>
        ) : (
          look.text
        )}
      </span>
      {trouble?.kind === 'conflict' && (
        <ConflictDialog
          open={choosing}
          onClose={() => setChoosing(false)}
          steps={trouble.theirs.document.nodes.length}
          revision={trouble.theirs.revision}
        />
      )}
    </>
  );
}

interface ConflictDialogProps {
  open: boolean;
  onClose: () => void;
  steps: number;
  revision: number;
}

function ConflictDialog({ open, onClose, steps, revision }: ConflictDialogProps) {
  const { autosave } = useEditor();
  const [busy, setBusy] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const copy = async () => {
    setBusy(true);
    try {
      await autosave.copyMine();
      toast.success('Your version was saved as a pipeline of its own.');
    } catch (error) {
      toast.error('The copy could not be saved.', { description: callError(error).message });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title="This pipeline was changed elsewhere"
      initialFocus={() => keep.current?.focus()}
      footer={
        <>
          <Button size="lg" onClick={() => autosave.takeTheirs()}>
            Take theirs
          </Button>
          <Button size="lg" loading={busy} onClick={() => void copy()}>
            Save mine as a copy
          </Button>
          <Button ref={keep} size="lg" variant="primary" onClick={() => autosave.keepMine()}>
            Keep mine
          </Button>
        </>
      }
    >
      <p className="text-muted">
        Another window or program saved revision {revision} ({formatPlural(steps, 'step')}) while you were
        editing. Keep mine saves your version as the next revision; theirs stays in the history. Take theirs
        drops your unsaved edits.
      </p>
    </Dialog>
  );
}
