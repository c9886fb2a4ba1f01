import { LoaderCircle } from 'lucide-react';
import { cx } from './cx.ts';

export interface SpinnerProps {
  size?: number;
  /** Spoken name; leave out when text beside it already says what is loading. */
  label?: string;
  className?: string;
}

/** A small turning ring. For whole areas prefer `Skeleton`, which keeps the layout. */
export function Spinner({ size = 14, label, className }: SpinnerProps) {
  const spoken = label ? { role: 'status', 'aria-label': label } : { 'aria-hidden': true };
  return (
    <span {...spoken} className={cx('inline-flex shrink-0', className)}>
      <LoaderCircle size={size} className="animate-spin" aria-hidden />
    </span>
  );
}
