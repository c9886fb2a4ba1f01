import type { ReactNode } from 'react';

export interface PageHeaderProps {
  title: ReactNode;
  /** One line under the title. */
  description?: ReactNode;
  /** Beside the title: a status, a count. */
  badge?: ReactNode;
  /** Buttons at the right; the primary one last. */
  actions?: ReactNode;
}

/** The head of a page: title left, actions right. */
export function PageHeader({ title, description, badge, actions }: PageHeaderProps) {
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-4 px-6 py-3">
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <h1 className="min-w-0 truncate text-page font-semibold tracking-[-0.01em]">{title}</h1>
          {badge}
        </div>
        {description && <p className="truncate text-muted">{description}</p>}
      </div>
      {actions && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
    </header>
  );
}
