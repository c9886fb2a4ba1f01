import type { ComponentProps } from 'react';
import { cx } from './cx.ts';
import { useFieldProps } from './field-context.ts';
import { fieldFrame } from './Input.tsx';

export interface TextareaProps extends ComponentProps<'textarea'> {
  mono?: boolean;
  /** Grows with what is typed instead of scrolling. */
  grow?: boolean;
}

/** Several lines of text. */
export function Textarea({ mono, grow, className, rows = 3, ...rest }: TextareaProps) {
  const props = useFieldProps(rest);
  return (
    <textarea
      {...props}
      rows={rows}
      className={cx(
        fieldFrame,
        'block px-2 py-1 read-only:bg-sunken',
        mono && 'font-mono text-data',
        grow ? 'field-sizing-content resize-none' : 'resize-y',
        className,
      )}
    />
  );
}
