import { FileInput, Plus } from 'lucide-react';
import { useRef } from 'react';
import { Button, EmptyState } from '../../../ui/index.ts';
import { useEditor } from '../state/editor-context.ts';

/** What a canvas without steps shows: it teaches the first one. */
export function EmptyCanvas() {
  const { view, canvas } = useEditor();
  const button = useRef<HTMLButtonElement>(null);
  const open = () => {
    const box = button.current?.getBoundingClientRect();
    const screen = { x: box?.left ?? 0, y: (box?.bottom ?? 0) + 4 };
    const at = canvas.current?.centre() ?? { x: 0, y: 0 };
    view.setState({ quickAdd: { target: { kind: 'place' }, screen, at: { x: at.x - 300, y: at.y } } });
  };
  return (
    <div className="pointer-events-none absolute inset-0 flex items-center justify-center">
      <div className="pointer-events-auto rounded-lg">
        <EmptyState
          icon={FileInput}
          title="Start with a source"
          action={
            <Button ref={button} variant="primary" size="lg" icon={Plus} onClick={open}>
              Add a source
            </Button>
          }
          link={
            <a className="text-accent-text hover:underline" href="#/pipelines">
              Open a sample pipeline
            </a>
          }
        >
          A pipeline reads rows, changes them step by step, and saves the result. Drop a CSV, JSON or Parquet
          file here, or paste a table from a spreadsheet.
        </EmptyState>
      </div>
    </div>
  );
}
