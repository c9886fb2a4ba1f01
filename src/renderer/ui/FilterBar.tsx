import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';

export interface FilterBarProps {
  /** Words and inline selects that read as a sentence: `Runs of <Select variant="inline"/> that <Select .../>`. */
  children: ReactNode;
  /** A `SearchInput`, at the left end. */
  search?: ReactNode;
  /** Shown only while something is filtered. */
  onClear?: (() => void) | undefined;
  /** At the right: "1,204 of 10,482". */
  count?: ReactNode;
  /** Spoken name of the bar. */
  label?: string;
}

/** The line above a list that says which items are shown. */
export function FilterBar({ children, search, onClear, count, label = 'Filters' }: FilterBarProps) {
  return (
    <search
      aria-label={label}
      className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5"
    >
      {search}
      <div className="flex min-w-0 flex-wrap items-center gap-x-0.5 gap-y-1 text-muted [&_button]:text-ink">
        {children}
      </div>
      {onClear && (
        <Button size="sm" variant="ghost" icon={X} onClick={onClear}>
          Clear
        </Button>
      )}
      {count !== undefined && <span className="ml-auto text-meta text-muted nums">{count}</span>}
    </search>
  );
}
