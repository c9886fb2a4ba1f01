import { Upload } from 'lucide-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';

interface FileDropProps {
  readonly accept: (files: File[]) => void;
  readonly children: ReactNode;
}

/** The body of the page, onto which pipeline files can be dropped. The Import button does the same by keyboard. */
export function FileDrop({ accept, children }: FileDropProps) {
  const [over, setOver] = useState(false);
  // Entering a child fires before leaving its parent: the two are counted, not believed.
  const depth = useRef(0);
  const leave = () => {
    depth.current = 0;
    setOver(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the pointer's way to the Import button
    <section
      className="relative flex min-h-0 flex-1 flex-col bg-panel"
      onDragEnter={(event) => {
        if (!bringsFiles(event)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragLeave={() => {
        depth.current -= 1;
        if (depth.current <= 0) leave();
      }}
      onDragOver={(event) => {
        if (bringsFiles(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        if (!bringsFiles(event)) return;
        event.preventDefault();
        leave();
        accept([...event.dataTransfer.files]);
      }}
    >
      {children}
      {over && (
        <div className="pointer-events-none absolute inset-2 z-20 flex items-center justify-center gap-2 rounded-lg border-2 border-dashed border-accent bg-accent-soft text-title font-semibold text-accent-text">
          <Upload aria-hidden className="size-5" />
          Drop pipeline files (YAML or JSON) to import them
        </div>
      )}
    </section>
  );
}

function bringsFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files');
}
