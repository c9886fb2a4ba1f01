import { Switch as Radix } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { cx } from './cx.ts';
import { useFieldProps } from './field-context.ts';

export interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label?: ReactNode;
  disabled?: boolean;
  id?: string;
  'aria-label'?: string;
  className?: string;
}

/** On or off, taking effect at once. For choices that wait for a save use `Checkbox`. */
export function Switch({ checked, onChange, label, className, ...rest }: SwitchProps) {
  const own = useId();
  const props = useFieldProps(rest);
  const id = props.id ?? own;
  const control = (
    <Radix.Root
      {...props}
      id={id}
      checked={checked}
      onCheckedChange={onChange}
      className={cx(
        'relative h-4 w-7 shrink-0 rounded-[8px] bg-n8 transition-colors data-[state=checked]:bg-accent disabled:opacity-50',
        !label && className,
      )}
    >
      <Radix.Thumb className="block size-3 translate-x-0.5 rounded-[6px] bg-white transition-transform data-[state=checked]:translate-x-3.5" />
    </Radix.Root>
  );
  if (!label) return control;
  return (
    <span className={cx('flex items-center gap-2', className)}>
      {control}
      <label htmlFor={id} className={cx(rest.disabled && 'opacity-50')}>
        {label}
      </label>
    </span>
  );
}
