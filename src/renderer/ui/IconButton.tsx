import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import { Spinner } from './Spinner.tsx';
import { Tooltip } from './Tooltip.tsx';

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'children'> {
  /** What it does, as a verb; spoken, and shown as the tooltip. */
  label: string;
  icon: LucideIcon;
  shortcut?: string;
  size?: 'sm' | 'md' | 'lg';
  variant?: 'ghost' | 'secondary' | 'danger';
  /** For toggles: drawn and announced as pressed. */
  pressed?: boolean;
  loading?: boolean;
  side?: 'top' | 'right' | 'bottom' | 'left';
}

const box = { sm: 'size-6', md: 'size-control', lg: 'size-control-lg' };
const look = {
  ghost: 'border-transparent text-muted hover:bg-hover hover:text-ink active:bg-press',
  secondary: 'border-line-strong bg-raised text-ink hover:bg-[linear-gradient(var(--hover),var(--hover))]',
  danger: 'border-transparent text-muted hover:bg-status-failed/12 hover:text-status-failed',
};

/** A square button with an icon alone; its label is never optional. */
export function IconButton(props: IconButtonProps) {
  const {
    label,
    icon: Icon,
    shortcut,
    size = 'md',
    variant = 'ghost',
    pressed,
    loading,
    side,
    ...rest
  } = props;
  const { className, type = 'button', onClick, ...button } = rest;
  const iconSize = size === 'sm' ? 14 : 16;
  return (
    <Tooltip content={label} shortcut={shortcut} side={side}>
      <button
        {...button}
        type={type}
        aria-label={label}
        aria-pressed={pressed}
        aria-busy={loading || undefined}
        onClick={loading ? (event) => event.preventDefault() : onClick}
        className={cx(
          'inline-flex shrink-0 items-center justify-center rounded-control border transition-colors',
          'disabled:pointer-events-none disabled:opacity-45',
          box[size],
          look[variant],
          pressed && 'bg-accent-soft text-accent-text',
          className,
        )}
      >
        {loading ? <Spinner size={iconSize} /> : <Icon size={iconSize} aria-hidden />}
      </button>
    </Tooltip>
  );
}
