import { useEffect, useRef } from 'react';
import { useEditor } from '../state/editor-context.ts';

/** The title while it is edited in place: Enter keeps, Escape restores, the keyboard returns to the canvas. */
export function RenameField({ id, title }: { id: string; title: string }) {
  const { actions, view, canvas } = useEditor();
  const input = useRef<HTMLInputElement>(null);
  const left = useRef(false);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const leave = (keep: boolean) => {
    if (left.current) return;
    left.current = true;
    if (keep && input.current) actions.rename(id, input.current.value);
    else view.setState({ renaming: undefined });
    canvas.current?.focus();
  };
  return (
    <input
      ref={input}
      defaultValue={title}
      aria-label="Step name"
      maxLength={200}
      className="nodrag nopan -mx-1 block h-[18px] w-full rounded-xs border border-focus bg-field px-[3px] leading-[16px] font-medium outline-none"
      onBlur={() => leave(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') leave(true);
        if (event.key === 'Escape') leave(false);
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    />
  );
}
