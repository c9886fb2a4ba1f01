import { Command } from 'cmdk';
import { Check, ChevronsUpDown, Plus, X } from 'lucide-react';
import { Popover as Radix } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { cx } from './cx.ts';
import { useFieldProps } from './field-context.ts';
import { floating, menuItem } from './menu-style.ts';
import type { Option } from './option.ts';
import { triggerClass } from './Select.tsx';

interface Shared {
  options: readonly Option[];
  placeholder?: string;
  searchPlaceholder?: string;
  /** Lets text that is not in the list be chosen. */
  freeText?: boolean;
  /** Shown when nothing matches. */
  empty?: ReactNode;
  disabled?: boolean;
  size?: 'md' | 'lg';
  variant?: 'field' | 'inline';
  mono?: boolean;
  id?: string;
  'aria-label'?: string;
  className?: string;
  /** For lists that are searched elsewhere: called as one types, and the options are then shown unfiltered. */
  onSearch?: (text: string) => void;
}

export interface ComboboxProps extends Shared {
  value: string | null;
  onChange: (value: string | null) => void;
  /** Shows a cross that sets null. */
  clearable?: boolean;
}

export interface MultiComboboxProps extends Shared {
  value: readonly string[];
  onChange: (value: string[]) => void;
}

/** Picks one from a long list by typing. */
export function Combobox({ value, onChange, clearable, ...shared }: ComboboxProps) {
  const current = shared.options.find((option) => option.value === value);
  const [open, setOpen] = useState(false);
  const pick = (next: string) => {
    setOpen(false);
    if (next !== value) onChange(next);
  };
  return (
    <Frame
      {...shared}
      open={open}
      onOpenChange={setOpen}
      isChosen={(candidate) => candidate === value}
      onPick={pick}
      shown={current?.label ?? value}
      onClear={clearable && value !== null ? () => onChange(null) : undefined}
    />
  );
}

/** Picks several. The list stays open; chosen ones are named in the button. */
export function MultiCombobox({ value, onChange, ...shared }: MultiComboboxProps) {
  const [open, setOpen] = useState(false);
  const labels = value.map((each) => shared.options.find((option) => option.value === each)?.label ?? each);
  const toggle = (next: string) =>
    onChange(value.includes(next) ? value.filter((each) => each !== next) : [...value, next]);
  return (
    <Frame
      {...shared}
      multiple
      open={open}
      onOpenChange={setOpen}
      isChosen={(candidate) => value.includes(candidate)}
      onPick={toggle}
      shown={labels.length > 0 ? labels.join(', ') : null}
      extra={value.filter((each) => !shared.options.some((option) => option.value === each))}
      onClear={value.length > 0 ? () => onChange([]) : undefined}
    />
  );
}

interface FrameProps extends Shared {
  multiple?: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  isChosen: (value: string) => boolean;
  onPick: (value: string) => void;
  shown: string | null;
  /** Chosen values that are not among the options. */
  extra?: readonly string[];
  onClear?: (() => void) | undefined;
}

function Frame(props: FrameProps) {
  const { size = 'md', variant = 'field', placeholder = 'Choose', mono, shown, onClear, className } = props;
  const own = useFieldProps({ id: props.id, disabled: props.disabled, 'aria-label': props['aria-label'] });
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <span className={cx('relative flex min-w-0 items-center', variant === 'field' && 'w-full', className)}>
        <Radix.Trigger
          {...own}
          type="button"
          role="combobox"
          aria-expanded={props.open}
          aria-haspopup="listbox"
          className={cx(triggerClass(variant, size), onClear && variant === 'field' && 'pr-12')}
        >
          <span
            title={shown ?? undefined}
            className={cx(
              'min-w-0 flex-1 truncate',
              !shown && 'text-faint',
              mono && shown && 'font-mono text-data',
            )}
          >
            {shown ?? placeholder}
          </span>
          <ChevronsUpDown
            size={13}
            aria-hidden
            className={cx('shrink-0 text-muted', onClear && variant === 'field' && 'absolute right-2')}
          />
        </Radix.Trigger>
        {onClear && variant === 'field' && !own.disabled && (
          <button
            type="button"
            aria-label="Clear"
            onClick={onClear}
            className="absolute right-7 flex size-5 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink"
          >
            <X size={13} aria-hidden />
          </button>
        )}
      </span>
      <Radix.Portal>
        <Radix.Content
          aria-label={own['aria-label'] ?? placeholder}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            floating,
            'w-(--radix-popper-anchor-width) max-w-[calc(100vw-16px)] min-w-56 overflow-hidden',
          )}
        >
          <List {...props} label={own['aria-label'] ?? placeholder} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function List(props: FrameProps & { label: string }) {
  const {
    options,
    freeText,
    searchPlaceholder = freeText ? 'Search or type a new one' : 'Search',
    empty = 'Nothing matches.',
    mono,
    isChosen,
    onPick,
  } = props;
  const [search, setSearch] = useState('');
  const text = search.trim();
  const isNew = freeText && text !== '' && !options.some((option) => option.value === text);
  const groups = groupBy(options);
  return (
    <Command label={props.label} shouldFilter={!props.onSearch} loop>
      <Command.Input
        value={search}
        onValueChange={(next) => {
          setSearch(next);
          props.onSearch?.(next);
        }}
        placeholder={searchPlaceholder}
        className="h-8 w-full border-b border-line bg-transparent px-3 outline-none"
      />
      <Command.List
        aria-multiselectable={props.multiple || undefined}
        className="max-h-[min(18rem,calc(var(--radix-popper-available-height,18rem)-40px))] overflow-y-auto p-1"
      >
        {!isNew && <Command.Empty className="px-2 py-3 text-center text-muted">{empty}</Command.Empty>}
        {(props.extra ?? []).map((value) => (
          <Item key={value} option={{ value, label: value }} chosen mono={mono} onPick={onPick} />
        ))}
        {groups.map(([group, members]) => (
          <Command.Group key={group} heading={group || undefined} className={groupClass}>
            {members.map((option) => (
              <Item
                key={option.value}
                option={option}
                chosen={isChosen(option.value)}
                mono={mono}
                onPick={onPick}
              />
            ))}
          </Command.Group>
        ))}
        {isNew && (
          <Command.Item
            forceMount
            value={`new ${text}`}
            onSelect={() => {
              setSearch('');
              onPick(text);
            }}
            className={menuItem}
          >
            <Plus size={15} aria-hidden className="shrink-0 text-muted" />
            <span className="min-w-0 truncate">Use “{text}”</span>
          </Command.Item>
        )}
      </Command.List>
    </Command>
  );
}

const groupClass =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-1.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-meta [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted';

interface ItemProps {
  option: Option;
  chosen: boolean;
  mono?: boolean | undefined;
  onPick: (value: string) => void;
}

function Item({ option, chosen, mono, onPick }: ItemProps) {
  return (
    <Command.Item
      value={option.value}
      keywords={[option.label, option.note ?? '']}
      disabled={option.disabled}
      onSelect={() => onPick(option.value)}
      className={menuItem}
    >
      <span className="flex w-[15px] shrink-0">{chosen && <Check size={15} aria-label="Chosen" />}</span>
      {option.icon && <option.icon size={15} aria-hidden className="shrink-0 text-muted" />}
      <span className={cx('min-w-0 flex-1 truncate', mono && 'font-mono text-data')}>{option.label}</span>
      {option.note && <span className="ml-3 shrink-0 text-meta text-muted">{option.note}</span>}
    </Command.Item>
  );
}

function groupBy(options: readonly Option[]): [string, Option[]][] {
  const groups = new Map<string, Option[]>();
  for (const option of options) {
    const key = option.group ?? '';
    const members = groups.get(key);
    if (members) members.push(option);
    else groups.set(key, [option]);
  }
  return [...groups];
}
