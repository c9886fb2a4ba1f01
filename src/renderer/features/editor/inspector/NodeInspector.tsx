import { CircleSlash2, MoreHorizontal, Play, StickyNote, Trash2, TriangleAlert, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { KindIcon } from '../../../graph/KindIcon.tsx';
import { definitionOf } from '../../../graph/kinds.ts';
import { nodeById, titleOf } from '../../../graph/ports.ts';
import { CopyButton, DropdownMenu, Field, IconButton, Switch, Textarea } from '../../../ui/index.ts';
import { useNodeFigures } from '../canvas/use-node-facts.ts';
import { useRunControl } from '../run/run-context.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';
import { KindForm } from './KindForm.tsx';

/** The settings of one step: its name, its form, its note. */
export function NodeInspector({ id }: { id: string }) {
  const { actions } = useEditor();
  const node = useDocument((document) => nodeById(document, id));
  const all = useView((view) => view.checked.problems);
  const problems = useMemo(() => all.filter((problem) => problem.nodeId === id), [all, id]);
  const body = useRef<HTMLDivElement>(null);
  const [noting, setNoting] = useState(false);
  useReveal(id, body);
  if (!node) return null;
  const definition = definitionOf(node.kind);
  const loose = problems.filter((problem) => !problem.path || problem.path.length === 0);
  return (
    <>
      <header className="flex items-start gap-2.5 border-b border-line px-4 pt-3 pb-2.5">
        <KindIcon kind={node.kind} />
        <div className="min-w-0 flex-1">
          <TitleField key={titleOf(node)} id={id} title={titleOf(node)} />
          <div className="flex items-center gap-1 text-meta text-muted">
            <span className="truncate">{definition?.title ?? node.kind}</span>
            <span aria-hidden>·</span>
            <span className="truncate font-mono text-[11px]" title="Its table in SQL steps">
              {id}
            </span>
            <CopyButton text={id} label="Copy the table name" />
          </div>
        </div>
        <StepMenu id={id} disabled={node.disabled === true} onNote={() => setNoting(true)} />
      </header>
      <div ref={body} className="min-h-0 flex-1 space-y-4 overflow-y-auto px-4 py-3">
        {node.disabled && (
          <div className="flex items-center justify-between gap-2 rounded-md border border-dashed border-line-strong bg-sunken px-3 py-2 text-muted">
            Disabled: rows pass through unchanged.
            <Switch
              checked={false}
              aria-label="Enable the step"
              onChange={() => actions.toggleDisabled(new Set([id]))}
            />
          </div>
        )}
        {loose.map((problem) => (
          <p
            key={problem.code + problem.message}
            role="alert"
            className="flex gap-1.5 text-meta text-status-warning"
          >
            <TriangleAlert size={14} aria-hidden className="mt-px shrink-0" />
            {problem.message}
          </p>
        ))}
        <LastFailure id={id} disabled={node.disabled === true} />
        {definition ? (
          <KindForm node={node} definition={definition} problems={problems} />
        ) : (
          <p className="text-muted">
            This version does not know the kind “{node.kind}”. The step keeps its settings and its wires; the
            pipeline cannot run until it is replaced.
          </p>
        )}
        {(node.note || noting) && (
          <Field
            label="Note"
            hint={
              <IconButton
                size="sm"
                icon={X}
                label="Remove the note"
                onClick={() => {
                  setNoting(false);
                  actions.note(id, '');
                }}
              />
            }
          >
            <Textarea
              grow
              autoFocus={noting}
              value={node.note ?? ''}
              placeholder="Why is this step here?"
              maxLength={10_000}
              onChange={(event) => actions.note(id, event.target.value)}
            />
          </Field>
        )}
      </div>
    </>
  );
}

/** Why the step failed in the last run, in full, until it is changed. */
function LastFailure({ id, disabled }: { id: string; disabled: boolean }) {
  const { step, stale } = useNodeFigures(id, disabled);
  if (stale || step?.status !== 'failed' || !step.error) return null;
  return (
    <div role="alert" className="rounded-md border border-status-failed/40 bg-status-failed/12 px-3 py-2">
      <p className="flex items-start justify-between gap-1 font-medium text-status-failed">
        Failed in the last run
        <CopyButton text={JSON.stringify(step.error, null, 2)} label="Copy details" />
      </p>
      <p className="wrap-anywhere whitespace-pre-wrap">{step.error.message}</p>
    </div>
  );
}

/** The title: typed in place, kept with Enter or by leaving it. */
function TitleField({ id, title }: { id: string; title: string }) {
  const { actions, canvas } = useEditor();
  const restored = useRef(false);
  return (
    <input
      dir="auto"
      defaultValue={title}
      aria-label="Name of the step"
      maxLength={200}
      className="-mx-1.5 h-6 w-full rounded-sm border border-transparent bg-transparent px-1.5 text-title font-semibold outline-none hover:border-line-strong focus:border-focus focus:bg-field"
      onBlur={(event) => {
        if (!restored.current) actions.rename(id, event.target.value);
        restored.current = false;
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        if (event.key === 'Escape') {
          restored.current = true;
          event.currentTarget.value = title;
        }
        event.currentTarget.blur();
        canvas.current?.focus();
      }}
    />
  );
}

function StepMenu({ id, disabled, onNote }: { id: string; disabled: boolean; onNote: () => void }) {
  const { actions } = useEditor();
  const runs = useRunControl();
  return (
    <div className="-mr-1.5 flex">
      <IconButton icon={Play} label="Run to here" shortcut="mod+shift+enter" onClick={() => runs.runTo(id)} />
      <DropdownMenu
        align="end"
        trigger={<IconButton icon={MoreHorizontal} label="More" />}
        items={[
          {
            label: disabled ? 'Enable' : 'Disable',
            icon: CircleSlash2,
            shortcut: 'd',
            onSelect: () => actions.toggleDisabled(new Set([id])),
          },
          { label: 'Write a note', icon: StickyNote, onSelect: onNote },
          'separator',
          {
            label: 'Delete',
            icon: Trash2,
            shortcut: 'del',
            danger: true,
            onSelect: () => actions.removeNode(id),
          },
        ]}
      />
    </div>
  );
}

/** Leads to the field that a problem names, or to the first field. */
function useReveal(id: string, body: React.RefObject<HTMLDivElement | null>): void {
  const reveal = useView((view) => view.reveal);
  useEffect(() => {
    if (reveal?.node !== id) return;
    const [first] = reveal.path;
    const timer = setTimeout(() => {
      const field =
        first === undefined || first === '*'
          ? undefined
          : body.current?.querySelector(`[data-field="${CSS.escape(String(first))}"]`);
      const place = field ?? body.current;
      field?.scrollIntoView({ block: 'nearest' });
      if (!field && first !== '*') return;
      place?.querySelector<HTMLElement>('input:not([type=file]), button, textarea, [data-typing]')?.focus();
    }, 60);
    return () => clearTimeout(timer);
  }, [body, id, reveal]);
}
