// biome-ignore-all lint/a11y/useSemanticElements: a virtual list positions its rows, which table elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: rows take the focus in turn, heads and cells never do
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the list handles the keys of all its rows
import { Check, Ellipsis } from 'lucide-react';
import { type CSSProperties, type MouseEvent, memo, type ReactNode } from 'react';
import { cx } from './cx.ts';
import type { ListColumn } from './DataList.tsx';

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
  /** The row's menu is open: the list has one menu for all its rows. */
  menuOpen: boolean;
  hasMenu: boolean;
  onFocus: (index: number) => void;
  onOpen: (item: T) => void;
  onToggle: (index: number, range: boolean) => void;
  actions: ((item: T) => ReactNode) | undefined;
}

/** A click on a button, a link, a box or selected text inside the row is not a click on the row. */
function isOwnClick(event: MouseEvent<HTMLElement>): boolean {
  const target = event.target;
  if (!(target instanceof Element) || !event.currentTarget.contains(target)) return false;
  if (target.closest('button, a, input, label, [role=menuitem]')) return false;
  return window.getSelection()?.isCollapsed !== false;
}

/** Opens the list's menu, which answers right clicks, under the button. */
function openMenu({ currentTarget }: MouseEvent<HTMLElement>): void {
  const { right, bottom } = currentTarget.getBoundingClientRect();
  const at = { clientX: right, clientY: bottom };
  currentTarget.dispatchEvent(
    new window.MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }),
  );
}

function Row<T>(props: ListRowProps<T>) {
  const { id, item, index, columns, chosen, onOpen, onToggle, hasMenu, actions } = props;
  const click = (event: MouseEvent<HTMLElement>) => {
    if (!isOwnClick(event)) return;
    if (chosen !== undefined && (event.shiftKey || event.metaKey || event.ctrlKey))
      onToggle(index, event.shiftKey);
    else onOpen(item);
  };
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      aria-current={props.current || undefined}
      tabIndex={props.tabbable ? 0 : -1}
      data-ring="inside"
      data-row={index}
      onFocus={() => props.onFocus(index)}
      onClick={click}
      style={{ ...props.grid, height: props.height, transform: `translateY(${props.top}px)` }}
      className={cx(
        'group/row absolute inset-x-0 top-0 grid items-center gap-x-4 border-b border-line px-4 outline-offset-[-2px]',
        chosen || props.current ? 'bg-accent-soft' : props.menuOpen ? 'bg-hover' : 'hover:bg-hover',
        props.dim && 'text-muted',
      )}
    >
      {chosen !== undefined && (
        <span role="cell" className="flex">
          <RowBox
            chosen={chosen}
            label={`Select row ${index + 1}`}
            onToggle={(range) => onToggle(index, range)}
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
      {(hasMenu || actions) && (
        <span role="cell" className="flex items-center justify-end">
          <span
            className={cx(
              'flex items-center group-focus-within/row:opacity-100 group-hover/row:opacity-100 group-focus-visible/row:opacity-100',
              !props.menuOpen && 'opacity-0',
            )}
          >
            {actions?.(item)}
            {hasMenu && (
              <button
                type="button"
                aria-label="More actions"
                aria-haspopup="menu"
                aria-expanded={props.menuOpen}
                title="More actions"
                tabIndex={props.tabbable ? 0 : -1}
                onClick={openMenu}
                className="inline-flex size-6 shrink-0 items-center justify-center rounded-control text-muted hover:bg-hover hover:text-ink"
              >
                <Ellipsis size={14} aria-hidden />
              </button>
            )}
          </span>
        </span>
      )}
    </div>
  );
}

/** The look of `Checkbox`, light enough to be drawn by the dozen while a list is scrolled. */
function RowBox(props: { chosen: boolean; label: string; onToggle: (range: boolean) => void }) {
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={props.chosen}
      aria-label={props.label}
      tabIndex={-1}
      onClick={(event) => props.onToggle(event.shiftKey)}
      className={cx(
        'flex size-4 shrink-0 items-center justify-center rounded-xs border',
        props.chosen ? 'border-accent bg-accent text-on-accent' : 'border-line-field bg-field',
      )}
    >
      {props.chosen && <Check size={12} strokeWidth={3} aria-hidden />}
    </button>
  );
}

/** One line of a `DataList`; drawn anew only when something of it changed. */
export const ListRow = memo(Row) as typeof Row;
