import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  History,
  LoaderCircle,
  type LucideIcon,
  Recycle,
  SkipForward,
  TriangleAlert,
} from 'lucide-react';
import { cx } from './cx.ts';

export type Status =
  | 'queued'
  | 'running'
  | 'reused'
  | 'succeeded'
  | 'warning'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'stale';

interface StatusLook {
  icon: LucideIcon;
  word: string;
  /** Text colour class. */
  text: string;
  /** Tinted ground class. */
  soft: string;
}

/** Icon, word and colours of every status: the one table all screens read. */
export const statusLook: Record<Status, StatusLook> = {
  queued: { icon: CircleDashed, word: 'Queued', text: 'text-status-queued', soft: 'bg-status-queued/10' },
  running: { icon: LoaderCircle, word: 'Running', text: 'text-status-running', soft: 'bg-status-running/12' },
  reused: { icon: Recycle, word: 'Reused', text: 'text-status-reused', soft: 'bg-status-reused/12' },
  succeeded: {
    icon: CircleCheck,
    word: 'Succeeded',
    text: 'text-status-succeeded',
    soft: 'bg-status-succeeded/12',
  },
  warning: {
    icon: TriangleAlert,
    word: 'Warning',
    text: 'text-status-warning',
    soft: 'bg-status-warning/14',
  },
  failed: { icon: CircleX, word: 'Failed', text: 'text-status-failed', soft: 'bg-status-failed/12' },
  cancelled: { icon: Ban, word: 'Cancelled', text: 'text-status-cancelled', soft: 'bg-status-cancelled/12' },
  skipped: { icon: SkipForward, word: 'Skipped', text: 'text-status-skipped', soft: 'bg-status-skipped/10' },
  stale: { icon: History, word: 'Out of date', text: 'text-status-stale', soft: 'hatched' },
};

export interface StatusBadgeProps {
  status: Status;
  /** Replaces the word: "Running 42 %". */
  label?: string;
  /** "plain" has no tinted ground: for lists. "icon" keeps the word for screen readers only. */
  variant?: 'soft' | 'plain' | 'icon';
  className?: string;
}

/** A status, always as icon, colour and word. */
export function StatusBadge({ status, label, variant = 'soft', className }: StatusBadgeProps) {
  const look = statusLook[status];
  const word = label ?? look.word;
  return (
    <span
      title={variant === 'icon' ? word : undefined}
      className={cx(
        'inline-flex shrink-0 items-center gap-1 align-bottom whitespace-nowrap nums',
        look.text,
        variant === 'soft' && cx('h-5 rounded-sm px-1.5 text-meta font-medium', look.soft),
        className,
      )}
    >
      <look.icon size={14} aria-hidden className={cx('shrink-0', status === 'running' && 'animate-spin')} />
      <span className={variant === 'icon' ? 'sr-only' : undefined}>{word}</span>
    </span>
  );
}
