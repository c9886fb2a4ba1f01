import type { ReactNode } from 'react';

/** The line above the rows: which rows, and what is true of them. */
export function DataBar({ children }: { children: ReactNode }) {
  return (
    <div className="flex h-9 shrink-0 items-center gap-3 overflow-hidden border-b border-line px-3">
      {children}
    </div>
  );
}
