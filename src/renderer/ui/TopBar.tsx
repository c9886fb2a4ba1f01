import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

export interface Crumb {
  readonly label: string;
  /** Hash address, e.g. "#/runs"; the last crumb has none. */
  readonly href?: string;
}

export interface TopBarProps {
  readonly crumbs: readonly Crumb[];
  /** Beside the crumbs: the saved state, a status. */
  readonly aside?: ReactNode;
  /** At the right end: the page's actions. */
  readonly children?: ReactNode;
}

/** The 44 px bar at the head of every page: where you are, and what you can do here. */
export function TopBar({ crumbs, aside, children }: TopBarProps) {
  return (
    <header className="flex h-11 shrink-0 items-center gap-3 border-b border-line bg-panel px-4">
      <nav aria-label="Breadcrumb" className="min-w-0">
        <ol className="flex min-w-0 items-center gap-1">
          {crumbs.map((crumb, index) => (
            <li
              key={crumb.label + String(index)}
              // A link keeps its width: only where you are gives way.
              className={`flex items-center gap-1 ${crumb.href ? 'shrink-0' : 'min-w-0'}`}
            >
              {index > 0 && <ChevronRight aria-hidden className="size-3.5 shrink-0 text-muted" />}
              <CrumbText crumb={crumb} last={index === crumbs.length - 1} />
            </li>
          ))}
        </ol>
      </nav>
      {aside}
      <div className="ml-auto flex shrink-0 items-center gap-2">{children}</div>
    </header>
  );
}

function CrumbText({ crumb, last }: { crumb: Crumb; last: boolean }) {
  if (!crumb.href)
    return (
      <span aria-current={last ? 'page' : undefined} className="truncate font-semibold" title={crumb.label}>
        {crumb.label}
      </span>
    );
  return (
    <a href={crumb.href} className="shrink-0 rounded-sm text-muted hover:text-ink">
      {crumb.label}
    </a>
  );
}
