import { NotebookPen, Tag, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { Button, Field, Input, Popover, Textarea } from '../../../ui/index.ts';
import { useAnnotate } from './use-annotate.ts';

const mostLabels = 20;

/** Labels and the note of a run, in one line; both may change after its end. */
export function RunNotes({ run }: { run: RunDetail }) {
  const { mutate } = useAnnotate(run);
  return (
    <div className="flex min-w-0 flex-1 items-center gap-1">
      <ul
        aria-label="Labels"
        className="no-scrollbar flex min-w-0 items-center gap-1 overflow-x-auto empty:hidden"
      >
        {run.labels.map((label) => (
          <li key={label} className="flex h-5 shrink-0 items-center rounded-sm bg-n4 pl-1.5 text-meta">
            <span className="max-w-48 truncate" title={label}>
              {label}
            </span>
            <button
              type="button"
              aria-label={`Remove the label ${label}`}
              onClick={() => mutate({ labels: run.labels.filter((other) => other !== label) })}
              className="flex size-5 items-center justify-center rounded-sm text-muted hover:text-ink"
            >
              <X aria-hidden className="size-3" />
            </button>
          </li>
        ))}
      </ul>
      {run.labels.length < mostLabels && <AddLabel run={run} />}
      <Note run={run} />
    </div>
  );
}

function AddLabel({ run }: { run: RunDetail }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const annotate = useAnnotate(run);
  const add = (event: FormEvent) => {
    event.preventDefault();
    const label = text.trim();
    if (label && !run.labels.includes(label)) annotate.mutate({ labels: [...run.labels, label] });
    setText('');
    setOpen(false);
  };
  return (
    <Popover
      label="Add a label"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm" variant="ghost" icon={Tag}>
          Add label
        </Button>
      }
    >
      <form onSubmit={add} className="flex items-end gap-2">
        <Field label="Label" className="flex-1">
          <Input value={text} maxLength={60} onChange={(event) => setText(event.target.value)} />
        </Field>
        <Button type="submit" disabled={text.trim() === ''}>
          Add
        </Button>
      </form>
    </Popover>
  );
}

function Note({ run }: { run: RunDetail }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label="Note"
      open={open}
      onOpenChange={setOpen}
      className="w-96"
      trigger={
        run.note ? (
          <button
            type="button"
            title={run.note}
            className="flex h-6 min-w-0 items-center gap-1.5 rounded-sm px-1.5 hover:bg-hover"
          >
            <NotebookPen aria-hidden className="size-3.5 shrink-0 text-muted" />
            <span className="truncate" dir="auto">
              {run.note}
            </span>
          </button>
        ) : (
          <Button size="sm" variant="ghost" icon={NotebookPen}>
            Add a note
          </Button>
        )
      }
    >
      <NoteForm run={run} close={() => setOpen(false)} />
    </Popover>
  );
}

function NoteForm({ run, close }: { run: RunDetail; close: () => void }) {
  const [text, setText] = useState(run.note ?? '');
  const annotate = useAnnotate(run);
  const keep = (event: FormEvent) => {
    event.preventDefault();
    annotate.mutate({ note: text.trim() || null });
    close();
  };
  return (
    <form onSubmit={keep} className="flex flex-col gap-2">
      <Field label="Note" help="What should be remembered about this run.">
        <Textarea grow value={text} maxLength={10_000} onChange={(event) => setText(event.target.value)} />
      </Field>
      <Button type="submit" variant="primary" className="self-end">
        Keep note
      </Button>
    </form>
  );
}
