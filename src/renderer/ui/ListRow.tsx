// biome-ignore-all lint/a11y/useSemanticElements: a virtual list positions its rows, which table elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: rows take the focus in turn, heads and cells never do
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the list handles the keys of all its rows
import { Ellipsis } from 'lucide-react';
import type { CSSProperties, MouseEvent, ReactNode } from 'react';
import { Checkbox } from './Checkbox.tsx';
import { cx } from './cx.ts';
import type { ListColumn } from './DataList.tsx';
import { IconButton } from './IconButton.tsx';
import { ContextMenu, DropdownMenu } from './Menu.tsx';
import type { MenuItems } from './menu-items.ts';

interface ListRowProps<T> {
  id: string;
  item: T;
  index: number;
  top: number;
  height: number;
  grid: CSSProperties;
  columns: readonly ListColumn<T>[];
  tabbable: boolean;
  current: boolean;
  dim: boolean;
  /** Undefined when the list has no boxes. */
  chosen: boolean | undefined;
  onFocus: () => void;
  onOpen: ((item: T) => void) | undefined;
  onToggle: (index: number, range: boolean) => void;
  menu: ((item: T) => MenuItems) | undefined;
  actions: ((item: T) => ReactNode) | undefined;
}

/** A click on a button, a link, a box or selected text inside the row is not a click on the row. */
function isOwnClick(event: MouseEvent<HTMLElement>): boolean {
  const target = event.target;
  if (!(target instanceof Element) || !event.currentTarget.contains(target)) return false;
  if (target.closest('button, a, input, label, [role=menuitem]')) return false;
  return window.getSelection()?.isCollapsed !== false;
}

/** One line of a `DataList`. */
export function ListRow<T>(props: ListRowProps<T>) {
  const { id, item, index, columns, chosen, onOpen, onToggle, menu, actions } = props;
  const click = (event: MouseEvent<HTMLElement>) => {
    if (!isOwnClick(event)) return;
    if (chosen !== undefined && (event.shiftKey || event.metaKey || event.ctrlKey))
      onToggle(index, event.shiftKey);
    else onOpen?.(item);
  };
  const items = menu?.(item) ?? [];
  const row = (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      aria-current={props.current || undefined}
      tabIndex={props.tabbable ? 0 : -1}
      data-ring="inside"
      onFocus={props.onFocus}
      onClick={click}
      style={{ ...props.grid, height: props.height, transform: `translateY(${props.top}px)` }}
      className={cx(
        'group/row absolute inset-x-0 top-0 grid items-center gap-x-4 border-b border-line px-4 outline-offset-[-2px]',
        chosen || props.current ? 'bg-accent-soft' : 'hover:bg-hover data-[state=open]:bg-hover',
        props.dim && 'text-muted',
      )}
    >
      {chosen !== undefined && (
        // The shift key of a click on the box is read here, before the box itself flips.
        <span
          role="cell"
          className="flex"
          onClickCapture={(event) => {
            event.preventDefault();
            event.stopPropagation();
            onToggle(index, event.shiftKey);
          }}
        >
          <Checkbox
            aria-label={`Select row ${index + 1}`}
            tabIndex={-1}
            checked={chosen}
            onChange={() => undefined}
          />
        </span>
      )}
      {columns.map((column) => (
        <span
          role="cell"
          key={column.id}
          className={cx('min-w-0 truncate', column.align === 'end' && 'text-right nums')}
        >
          {column.render(item)}
        </span>
      ))}
      {(menu || actions) && (
        <span role="cell" className="flex items-center justify-end">
          <span className="flex items-center opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 has-[[data-state=open]]:opacity-100 group-focus-visible/row:opacity-100">
            {actions?.(item)}
            {menu && (
              <DropdownMenu
                align="end"
                items={items}
                trigger={
                  <IconButton
                    size="sm"
                    label="More actions"
                    icon={Ellipsis}
                    tabIndex={props.tabbable ? 0 : -1}
                  />
                }
              />
            )}
          </span>
        </span>
      )}
    </div>
  );
  return <ContextMenu items={items}>{row}</ContextMenu>;
}
