import { Check, Minus } from 'lucide-react';
import { Checkbox as Radix } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { cx } from './cx.ts';
import { useFieldProps } from './field-context.ts';

export interface CheckboxProps {
  checked: boolean | 'mixed';
  onChange: (checked: boolean) => void;
  /** Text beside the box; without it give `aria-label`, or stand in a `Field`. */
  label?: ReactNode;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
  tabIndex?: number;
  className?: string;
}

/** A box to tick. "mixed" is for a header over a partly selected list. */
export function Checkbox({ checked, onChange, label, className, ...rest }: CheckboxProps) {
  const own = useId();
  const props = useFieldProps(rest);
  const id = props.id ?? own;
  const box = (
    <Radix.Root
      {...props}
      id={id}
      checked={checked === 'mixed' ? 'indeterminate' : checked}
      onCheckedChange={(next) => onChange(next === true)}
      className={cx(
        'flex size-4 shrink-0 items-center justify-center rounded-xs border border-line-field bg-field transition-colors',
        'data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=checked]:text-on-accent',
        'data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent data-[state=indeterminate]:text-on-accent',
        'disabled:opacity-50 aria-invalid:border-status-failed',
        !label && className,
      )}
    >
      <Radix.Indicator>
        {checked === 'mixed' ? (
          <Minus size={12} strokeWidth={3} aria-hidden />
        ) : (
          <Check size={12} strokeWidth={3} aria-hidden />
        )}
      </Radix.Indicator>
    </Radix.Root>
  );
  if (!label) return box;
  return (
    <span className={cx('flex items-start gap-2', className)}>
      <span className="flex h-5 items-center">{box}</span>
      <label htmlFor={id} className={cx('min-w-0', rest.disabled && 'opacity-50')}>
        {label}
      </label>
    </span>
  );
}
