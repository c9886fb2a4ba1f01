import type { LucideIcon } from 'lucide-react';
import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface TabItem<T extends string> {
  value: T;
  label: ReactNode;
  icon?: LucideIcon;
  /** A number or a word after the label: how many problems. */
  badge?: ReactNode;
  content?: ReactNode;
  disabled?: boolean;
}

export interface TabsProps<T extends string> {
  value: T;
  onChange: (value: T) => void;
  items: readonly TabItem<T>[];
  /** Spoken name of the row of tabs. */
  label: string;
  /** Controls at the right end of the row. */
  actions?: ReactNode;
  className?: string;
  /** Class of the shown panel; it fills what is left by default. */
  panelClass?: string;
}

/** A row of tabs and the panel of the chosen one. Only the chosen panel is mounted. */
export function Tabs<T extends string>({
  value,
  onChange,
  items,
  label,
  actions,
  className,
  panelClass,
}: TabsProps<T>) {
  return (
    <Radix.Root
      value={value}
      onValueChange={(next) => onChange(next as T)}
      className={cx('flex min-h-0 min-w-0 flex-col', className)}
    >
      <div className="flex h-9 shrink-0 items-center justify-between gap-2 border-b border-line px-2">
        <Radix.List aria-label={label} className="no-scrollbar flex h-full min-w-0 gap-0.5 overflow-x-auto">
          {items.map((item) => (
            <Radix.Trigger
              key={item.value}
              value={item.value}
              disabled={item.disabled}
              data-ring="inside"
              className={cx(
                'relative inline-flex items-center gap-1.5 rounded-sm px-2 font-medium whitespace-nowrap text-muted',
                'hover:text-ink disabled:opacity-45 data-[state=active]:text-ink',
                'after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:rounded-xs',
                'data-[state=active]:after:bg-accent',
              )}
            >
              {item.icon && <item.icon size={14} aria-hidden />}
              {item.label}
              {item.badge !== undefined && (
                <span className="inline-flex text-meta font-normal text-muted nums">{item.badge}</span>
              )}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {actions && <div className="flex shrink-0 items-center gap-1">{actions}</div>}
      </div>
      {items.map((item) => (
        <Radix.Content
          key={item.value}
          value={item.value}
          data-ring="inside"
          className={cx('min-h-0 min-w-0 flex-1', panelClass)}
        >
          {item.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
