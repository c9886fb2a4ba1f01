import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface BadgeProps {
  tone?: 'neutral' | 'accent' | 'success' | 'warning' | 'danger' | 'violet';
  mono?: boolean;
  children: ReactNode;
  className?: string;
}

const tones = {
  neutral: 'bg-n4 text-muted',
  accent: 'bg-accent-soft text-accent-text',
  success: 'bg-status-succeeded/12 text-status-succeeded',
  warning: 'bg-status-warning/14 text-status-warning',
  danger: 'bg-status-failed/12 text-status-failed',
  violet: 'bg-status-reused/12 text-status-reused',
};

/** A short word or a count in a tinted frame. */
export function Badge({ tone = 'neutral', mono, children, className }: BadgeProps) {
  return (
    <span
      className={cx(
        'inline-flex h-[18px] max-w-full shrink-0 items-center rounded-sm px-1.5 text-micro font-medium nums whitespace-nowrap',
        mono && 'font-mono',
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
