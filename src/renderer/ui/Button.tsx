import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import { Spinner } from './Spinner.tsx';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger';
export type ButtonSize = 'sm' | 'md' | 'lg';

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: ButtonVariant;
  /** sm 24, md 28, lg 32 (dialogs and pages). */
  size?: ButtonSize;
  icon?: LucideIcon;
  iconEnd?: LucideIcon;
  /** Shows a spinner and refuses clicks while keeping the focus and the width. */
  loading?: boolean;
}

const look: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:bg-accent-hover',
  secondary: 'bg-raised text-ink border-line-strong hover:bg-[linear-gradient(var(--hover),var(--hover))]',
  ghost: 'bg-transparent text-ink border-transparent hover:bg-hover active:bg-press',
  danger: 'bg-danger text-on-danger border-transparent hover:bg-danger-hover',
};
const measure: Record<ButtonSize, string> = {
  sm: 'h-6 px-2 text-meta gap-1',
  md: 'h-control px-2.5 gap-1.5',
  lg: 'h-control-lg px-3 gap-1.5',
};

/** The class names of a button, for links that must look like one. */
export function buttonClass(variant: ButtonVariant = 'secondary', size: ButtonSize = 'md'): string {
  return cx(
    'inline-flex shrink-0 items-center justify-center rounded-control border font-medium whitespace-nowrap',
    'transition-colors select-none disabled:opacity-50 disabled:pointer-events-none',
    'aria-disabled:opacity-60',
    look[variant],
    measure[size],
  );
}

/** A labelled action. The label is a verb. `type` is "button" unless a form says otherwise. */
export function Button(props: ButtonProps) {
  const { variant, size = 'md', icon: Icon, iconEnd: IconEnd, loading = false, ...rest } = props;
  const { className, children, onClick, type = 'button', ...button } = rest;
  const iconSize = size === 'sm' ? 13 : 15;
  return (
    <button
      {...button}
      type={type}
      aria-disabled={loading || button['aria-disabled'] || undefined}
      aria-busy={loading || undefined}
      onClick={loading ? (event) => event.preventDefault() : onClick}
      className={cx(buttonClass(variant, size), className)}
    >
      {loading ? (
        <Spinner size={iconSize} />
      ) : (
        Icon && <Icon size={iconSize} aria-hidden className="shrink-0" />
      )}
      {children}
      {IconEnd && <IconEnd size={iconSize} aria-hidden className="shrink-0" />}
    </button>
  );
}
