import { CircleX, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { CopyButton } from './CopyButton.tsx';
import { cx } from './cx.ts';

export interface ErrorStateProps {
  /** What happened, as a sentence. */
  title: ReactNode;
  /** Where it happened. */
  where?: ReactNode;
  /** What to do next. */
  next?: ReactNode;
  /** Everything a supporter would ask for; goes to the clipboard, not on screen. */
  details?: string | (() => string);
  onRetry?: () => void;
  retrying?: boolean;
  /** More buttons. */
  actions?: ReactNode;
  /** "inline" is a banner inside a panel or form; "page" fills the space. */
  variant?: 'page' | 'inline';
  className?: string;
}

/** An error as a person needs it: what, where, the next step, and the details to pass on. */
export function ErrorState(props: ErrorStateProps) {
  const { title, where, next, details, onRetry, retrying, actions, variant = 'page', className } = props;
  const page = variant === 'page';
  const buttons = (onRetry || details || actions) && (
    <div className={cx('flex flex-wrap gap-2', page ? 'mt-3 justify-center' : 'mt-2')}>
      {onRetry && (
        <Button size={page ? 'md' : 'sm'} icon={RotateCw} loading={retrying} onClick={onRetry}>
          Try again
        </Button>
      )}
      {actions}
      {details && (
        <CopyButton
          withText
          size={page ? 'md' : 'sm'}
          variant={page ? 'ghost' : 'secondary'}
          label="Copy details"
          text={details}
        />
      )}
    </div>
  );
  return (
    <div
      role="alert"
      className={cx(
        page
          ? 'flex flex-col items-center justify-center px-6 py-10 text-center'
          : 'flex gap-2 rounded-md border border-status-failed/35 bg-status-failed/8 px-3 py-2.5',
        className,
      )}
    >
      <CircleX
        size={page ? 22 : 16}
        aria-hidden
        className={cx('shrink-0 text-status-failed', page ? 'mb-2' : 'mt-0.5')}
      />
      <div className={cx('min-w-0', page && 'max-w-[60ch]')}>
        <p className={cx('font-semibold wrap-anywhere', page && 'text-title')}>{title}</p>
        {where && <p className="wrap-anywhere text-muted">{where}</p>}
        {next && <p className="mt-0.5 wrap-anywhere">{next}</p>}
        {buttons}
      </div>
    </div>
  );
}
