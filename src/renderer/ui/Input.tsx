import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';
import { useFieldProps } from './field-context.ts';

/** Shared frame of everything one types into. */
export const fieldFrame = cx(
  'w-full min-w-0 rounded-control border border-line-strong bg-field text-ink transition-colors',
  'hover:border-line-field focus-within:border-focus focus-visible:outline-offset-0',
  'aria-invalid:border-status-failed aria-invalid:hover:border-status-failed',
  'disabled:opacity-55 disabled:bg-sunken',
);

export interface InputProps extends Omit<ComponentProps<'input'>, 'size'> {
  size?: 'md' | 'lg';
  /** Sets the text in the data font: ids, expressions, paths. */
  mono?: boolean;
  /** Shown inside at the end: a unit, a key hint. */
  suffix?: ReactNode;
}

/** One line of text. Inside a `Field` it takes its id, description and error from there. */
export function Input({ size = 'md', mono, suffix, className, ...rest }: InputProps) {
  const props = useFieldProps(rest);
  const input = (
    <input
      type="text"
      {...props}
      className={cx(
        fieldFrame,
        'read-only:bg-sunken',
        size === 'lg' ? 'h-control-lg px-2.5' : 'h-control px-2',
        mono && 'font-mono text-data',
        suffix ? 'pr-10' : undefined,
        className,
      )}
    />
  );
  if (!suffix) return input;
  return (
    <span className="relative flex w-full items-center">
      {input}
      <span className="pointer-events-none absolute right-2 text-meta text-faint">{suffix}</span>
    </span>
  );
}
