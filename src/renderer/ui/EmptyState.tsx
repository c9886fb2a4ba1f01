import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface EmptyStateProps {
  icon?: LucideIcon;
  title: ReactNode;
  /** One line: what this is, or why nothing is here. */
  children?: ReactNode;
  /** One primary `Button`. */
  action?: ReactNode;
  /** One link: to the sample, to the guide. */
  link?: ReactNode;
  className?: string;
}

/** What a list or panel shows when it holds nothing: it teaches and offers the first step. */
export function EmptyState({ icon: Icon, title, children, action, link, className }: EmptyStateProps) {
  return (
    <div className={cx('flex flex-col items-center justify-center px-6 py-10 text-center', className)}>
      {Icon && (
        <span className="mb-3 flex size-9 shrink-0 items-center justify-center rounded-lg border border-line bg-sunken text-muted">
          <Icon size={18} aria-hidden />
        </span>
      )}
      <h2 className="text-title font-semibold">{title}</h2>
      {children && <p className="mt-1 max-w-[46ch] text-balance text-muted">{children}</p>}
      {(action || link) && (
        <div className="mt-4 flex flex-wrap items-center justify-center gap-x-4 gap-y-2">
          {action}
          {link}
        </div>
      )}
    </div>
  );
}
