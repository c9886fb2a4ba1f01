import { Check, ChevronDown } from 'lucide-react';
import { Popover as Radix } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { cx } from './cx.ts';
import { useFieldProps } from './field-context.ts';
import { fieldFrame } from './Input.tsx';
import { floating, menuItem, menuLabel } from './menu-style.ts';
import { type Option, stepOption, typeahead } from './option.ts';

export interface SelectProps<T extends string> {
  value: T | null;
  onChange: (value: T) => void;
  options: readonly Option<T>[];
  placeholder?: string;
  disabled?: boolean;
  size?: 'md' | 'lg';
  /** "inline" is a quiet word in a sentence, for filter bars. */
  variant?: 'field' | 'inline';
  id?: string;
  'aria-label'?: string;
  className?: string;
}

const listClass = cx(
  floating,
  'max-h-[min(20rem,var(--radix-popper-available-height,20rem))] max-w-[min(28rem,calc(100vw-16px))]',
  'min-w-(--radix-popper-anchor-width) overflow-y-auto p-1',
);

/**
 * Picks one of a short list; for long lists or free text use `Combobox`. Arrows, Home, End and typing letters work,
 * open or closed. Built on Popover: Radix's own Select writes a style sheet as markup, which the content policy refuses.
 */
export function Select<T extends string>(props: SelectProps<T>) {
  const {
    value,
    onChange,
    options,
    placeholder = 'Choose',
    size = 'md',
    variant = 'field',
    className,
    ...rest
  } = props;
  const own = useFieldProps(rest);
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const typed = useRef({ text: '', at: 0 });
  const chosen = options.findIndex((option) => option.value === value);
  const current = options[chosen];

  const change = (next: boolean) => {
    setOpen(next);
    if (next) setActive(chosen >= 0 ? chosen : stepOption(options, -1, 1));
  };
  const pick = (index: number) => {
    const option = options[index];
    if (!option || option.disabled) return;
    setOpen(false);
    if (option.value !== value) onChange(option.value);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = (index: number) => {
      event.preventDefault();
      if (open) setActive(index);
      else change(true);
    };
    if (event.key === 'ArrowDown') return move(stepOption(options, active, 1));
    if (event.key === 'ArrowUp') return move(stepOption(options, active, -1));
    if (open && event.key === 'Home') return move(stepOption(options, -1, 1));
    if (open && event.key === 'End') return move(stepOption(options, options.length, -1));
    if (open && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      return pick(active);
    }
    if (open && event.key === 'Tab') return setOpen(false);
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.key === ' ') return;
    const now = Date.now();
    typed.current = {
      text: now - typed.current.at > 700 ? event.key : typed.current.text + event.key,
      at: now,
    };
    const found = typeahead(options, typed.current.text, open ? active : chosen);
    if (open) setActive(found);
    else pick(found);
  };

  return (
    <Radix.Root open={open} onOpenChange={change}>
      <Radix.Trigger
        {...own}
        type="button"
        role="combobox"
        aria-expanded={open}
        aria-controls={open ? listId : undefined}
        aria-activedescendant={open && active >= 0 ? `${listId}-${active}` : undefined}
        aria-haspopup="listbox"
        onKeyDown={onKeyDown}
        className={cx(triggerClass(variant, size), className)}
      >
        {current?.icon && <current.icon size={14} aria-hidden className="shrink-0 text-muted" />}
        <span className={cx('min-w-0 flex-1 truncate', !current && 'text-faint')}>
          {current?.label ?? placeholder}
        </span>
        <ChevronDown size={14} aria-hidden className="shrink-0 text-muted" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          id={listId}
          role="listbox"
          aria-label={own['aria-label'] ?? 'Options'}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          className={listClass}
        >
          {options.map((option, index) => (
            <Line
              key={option.value}
              id={`${listId}-${index}`}
              option={option}
              heading={option.group !== options[index - 1]?.group ? option.group : undefined}
              active={index === active}
              chosen={index === chosen}
              onHover={() => setActive(index)}
              onPick={() => pick(index)}
            />
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The button of a select or combobox, in the look of a field or of a word in a sentence. */
export function triggerClass(variant: 'field' | 'inline', size: 'md' | 'lg'): string {
  if (variant === 'inline') {
    return 'inline-flex h-6 max-w-60 items-center gap-1 rounded-sm px-1.5 text-left font-medium hover:bg-hover aria-expanded:bg-hover';
  }
  return cx(
    fieldFrame,
    'inline-flex items-center gap-1.5 text-left aria-expanded:border-focus',
    size === 'lg' ? 'h-control-lg px-2.5' : 'h-control px-2',
  );
}

interface LineProps {
  id: string;
  option: Option;
  heading: ReactNode;
  active: boolean;
  chosen: boolean;
  onHover: () => void;
  onPick: () => void;
}

function Line({ id, option, heading, active, chosen, onHover, onPick }: LineProps) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) line.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <>
      {heading && (
        <div role="presentation" className={menuLabel}>
          {heading}
        </div>
      )}
      {/* The focus stays on the button; the list is read through aria-activedescendant. */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled on the button */}
      <div
        ref={line}
        id={id}
        role="option"
        aria-selected={chosen}
        aria-disabled={option.disabled || undefined}
        data-highlighted={active || undefined}
        data-disabled={option.disabled || undefined}
        onPointerMove={onHover}
        onClick={onPick}
        className={menuItem}
      >
        <span className="flex w-[15px] shrink-0">{chosen && <Check size={15} aria-hidden />}</span>
        {option.icon && <option.icon size={15} aria-hidden className="shrink-0 text-muted" />}
        <span className="min-w-0 flex-1 truncate">{option.label}</span>
        {option.note && <span className="ml-3 shrink-0 text-meta text-muted">{option.note}</span>}
      </div>
    </>
  );
}
