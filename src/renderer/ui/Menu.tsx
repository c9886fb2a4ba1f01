import { Check, ChevronRight } from 'lucide-react';
import { ContextMenu as RadixContext, DropdownMenu as RadixDropdown } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { Kbd } from './Kbd.tsx';
import type { MenuItem, MenuItems } from './menu-items.ts';
import { menuItem, menuLabel, menuList } from './menu-style.ts';

type Parts = typeof RadixDropdown | typeof RadixContext;
interface ItemProps {
  parts: Parts;
  item: Exclude<MenuItem, 'separator'>;
}

function Plain({ parts: P, item }: ItemProps) {
  if (item.type === 'label') return <P.Label className={menuLabel}>{item.label}</P.Label>;
  if (item.type === 'submenu') {
    return (
      <P.Sub>
        <P.SubTrigger className={cx(menuItem, 'data-[state=open]:bg-hover')}>
          {item.icon && <item.icon size={15} aria-hidden className="shrink-0 text-muted" />}
          <span className="min-w-0 flex-1 truncate">{item.label}</span>
          <ChevronRight size={14} aria-hidden className="text-muted" />
        </P.SubTrigger>
        <P.Portal>
          <P.SubContent sideOffset={4} collisionPadding={8} className={menuList}>
            <Lines parts={P} items={item.items} />
          </P.SubContent>
        </P.Portal>
      </P.Sub>
    );
  }
  if (item.type === 'check') {
    return (
      <P.CheckboxItem
        checked={item.checked}
        onCheckedChange={item.onChange}
        disabled={item.disabled}
        onSelect={(event) => event.preventDefault()}
        className={menuItem}
      >
        <span className="flex w-[15px] shrink-0">{item.checked && <Check size={15} aria-hidden />}</span>
        <span className="min-w-0 flex-1 truncate">{item.label}</span>
      </P.CheckboxItem>
    );
  }
  return (
    <P.Item
      onSelect={item.onSelect}
      disabled={item.disabled}
      className={cx(menuItem, item.danger && 'text-status-failed data-highlighted:bg-status-failed/12')}
    >
      {item.icon && (
        <item.icon size={15} aria-hidden className={cx('shrink-0', !item.danger && 'text-muted')} />
      )}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{item.label}</span>
        {item.note && <span className="block truncate text-meta text-muted">{item.note}</span>}
      </span>
      {item.shortcut && <Kbd keys={item.shortcut} className="ml-4" />}
    </P.Item>
  );
}

function Lines({ parts: P, items }: { parts: Parts; items: MenuItems }) {
  return items.map((item, index) => {
    if (!item) return null;
    // Menus are rebuilt on every opening and never reordered while open, so the position is a sound key.
    const key = index;
    if (item === 'separator') return <P.Separator key={key} className="-mx-1 my-1 h-px bg-line" />;
    return <Plain key={key} parts={P} item={item} />;
  });
}

export interface DropdownMenuProps {
  /** The button that opens it; one element that takes a ref. */
  trigger: ReactNode;
  items: MenuItems;
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'right' | 'bottom' | 'left';
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/**
 * A menu under a button. Arrow keys, typing a letter and Escape work.
 * Not modal: a modal menu locks scrolling through an injected style sheet, which the content policy refuses.
 */
export function DropdownMenu({
  trigger,
  items,
  align = 'start',
  side,
  open,
  onOpenChange,
}: DropdownMenuProps) {
  return (
    <RadixDropdown.Root modal={false} open={open} onOpenChange={onOpenChange}>
      <RadixDropdown.Trigger asChild>{trigger}</RadixDropdown.Trigger>
      <RadixDropdown.Portal>
        <RadixDropdown.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={menuList}
        >
          <Lines parts={RadixDropdown} items={items} />
        </RadixDropdown.Content>
      </RadixDropdown.Portal>
    </RadixDropdown.Root>
  );
}

export interface ContextMenuProps {
  items: MenuItems;
  /** The area that answers a right click (and Shift+F10, the menu key); one element that takes a ref. */
  children: ReactNode;
  onOpenChange?: (open: boolean) => void;
  /** Answers right clicks also while `items` is empty: for items that are only known once it opens. */
  always?: boolean;
}

/** A menu on right click. Everything in it must also be reachable another way. */
export function ContextMenu({ items, children, onOpenChange, always }: ContextMenuProps) {
  if (!always && !items.some(Boolean)) return children;
  return (
    <RadixContext.Root modal={false} onOpenChange={onOpenChange}>
      <RadixContext.Trigger asChild>{children}</RadixContext.Trigger>
      <RadixContext.Portal>
        <RadixContext.Content collisionPadding={8} className={menuList}>
          <Lines parts={RadixContext} items={items} />
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  );
}
