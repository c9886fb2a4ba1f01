import type { LucideIcon } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { cx } from './cx.ts';

export interface Segment<T extends string> {
  value: T;
  label: string;
  icon?: LucideIcon;
  disabled?: boolean;
}

export interface SegmentedControlProps<T extends string> {
  value: T;
  onChange: (value: T) => void;
  options: readonly Segment<T>[];
  /** Spoken name of the whole choice. */
  label: string;
  /** Icons alone; the label becomes the spoken name and the tooltip. */
  iconOnly?: boolean;
  /** Fills the width with equal parts. */
  full?: boolean;
  className?: string;
}

/** One of two to five, all visible. Arrow keys move. */
export function SegmentedControl<T extends string>(props: SegmentedControlProps<T>) {
  const { value, onChange, options, label, iconOnly, full, className } = props;
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={(next) => onChange(next as T)}
      orientation="horizontal"
      className={cx(
        'inline-flex h-control items-center gap-px rounded-control border border-line bg-n4 p-px',
        full && 'flex w-full',
        className,
      )}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          disabled={option.disabled}
          aria-label={iconOnly ? option.label : undefined}
          title={iconOnly ? option.label : undefined}
          className={cx(
            'inline-flex h-full items-center justify-center gap-1.5 rounded-[5px] border border-transparent px-2 text-meta font-medium',
            'text-muted transition-colors hover:text-ink disabled:opacity-45',
            'data-[state=checked]:border-line-strong data-[state=checked]:bg-raised data-[state=checked]:text-ink',
            full && 'min-w-0 flex-1',
          )}
        >
          {option.icon && <option.icon size={14} aria-hidden className="shrink-0" />}
          {!iconOnly && <span className="truncate">{option.label}</span>}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
