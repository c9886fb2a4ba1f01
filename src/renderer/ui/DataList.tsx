// biome-ignore-all lint/a11y/useSemanticElements: a virtual list positions its rows, which table elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: rows take the focus in turn, heads and cells never do
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the list handles the keys of all its rows
import { useVirtualizer } from '@tanstack/react-virtual';
import { X } from 'lucide-react';
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Checkbox } from './Checkbox.tsx';
import { cx } from './cx.ts';
import { formatCount } from './format.ts';
import { IconButton } from './IconButton.tsx';
import { ListRow } from './ListRow.tsx';
import { headState, type ListSelection, noSelection, toggleRow } from './list-selection.ts';
import { ContextMenu } from './Menu.tsx';
import type { MenuItems } from './menu-items.ts';

/** One column of a list: the name first, status next, time right. */
export interface ListColumn<T> {
  id: string;
  /** Heading; leave empty for none. */
  title?: ReactNode;
  render: (item: T) => ReactNode;
  /** A grid track: "minmax(160px, 2fr)", "120px". The default is "minmax(0, 1fr)". */
  width?: string;
  align?: 'start' | 'end';
}

export interface DataListProps<T> {
  items: readonly T[];
  getId: (item: T) => string;
  columns: readonly ListColumn<T>[];
  /** Spoken name of the list. */
  label: string;
  /** A click or Enter. */
  onOpen?: (item: T) => void;
  /** The row's menu: on right click and behind the dots. */
  menu?: (item: T) => MenuItems;
  /** Buttons that appear on hover and focus. */
  actions?: (item: T) => ReactNode;
  /** Pixels the actions take; 24 for one small icon button. */
  actionsWidth?: number;
  /** Turns on the boxes; called with what stays chosen. */
  selected?: ReadonlySet<string>;
  onSelectedChange?: (ids: ReadonlySet<string>) => void;
  /** Buttons of the bar that appears while something is chosen. */
  bulkActions?: (items: T[]) => ReactNode;
  /** In place of "3 selected", where more is selected than is in memory. */
  selectedText?: ReactNode;
  /** The item shown elsewhere, such as in a side panel. */
  currentId?: string | null;
  /** Shown in place of the rows when there are none. */
  empty?: ReactNode;
  /** Called as the end comes near: for lists that are loaded in pages. */
  onEndReached?: () => void;
  /** Under the last row: "Loading more". */
  foot?: ReactNode;
  rowHeight?: number;
  /** Makes a row quieter: something switched off. */
  isDim?: (item: T) => boolean;
  /** Under this name the list is found again where it was left: scroll and row, for as long as the window lives. */
  rememberAs?: string;
  className?: string;
}

const leftAt = new Map<string, { scroll: number; active: number }>();

/**
 * A list of one line an item, drawn only where it is visible. One stop for Tab: up and down move, Home and End jump,
 * Enter opens, Space chooses, Shift extends, mod+A chooses all, Escape drops the choice, the menu key opens the menu.
 */
export function DataList<T>(props: DataListProps<T>) {
  const { items, getId, columns, label, onOpen, selected, onSelectedChange, rowHeight = 36, empty } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const base = useId();
  const left = props.rememberAs === undefined ? undefined : leftAt.get(props.rememberAs);
  const [active, setActive] = useState(left?.active ?? 0);
  const [anchor, setAnchor] = useState<number | null>(null);
  const at = Math.min(active, Math.max(0, items.length - 1));
  const order = useMemo(() => items.map(getId), [items, getId]);
  /** The item itself, not its place: rows may move while its menu is open. */
  const [aimed, setAimed] = useState<{ item: T; open: boolean }>();
  const choosing = selected !== undefined && onSelectedChange !== undefined;
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    initialOffset: left?.scroll ?? 0,
    onChange: (instance) => {
      const last = instance.getVirtualItems().at(-1);
      if (last && last.index >= items.length - 20) props.onEndReached?.();
    },
  });

  const { rememberAs } = props;
  const drawn = items.length > 0;
  useEffect(() => {
    const view = scroller.current;
    if (!view || !drawn || rememberAs === undefined) return;
    const remember = () => leftAt.set(rememberAs, { scroll: view.scrollTop, active });
    remember();
    view.addEventListener('scroll', remember, { passive: true });
    return () => view.removeEventListener('scroll', remember);
  }, [rememberAs, active, drawn]);

  const choose = (next: ListSelection) => {
    setAnchor(next.anchor);
    onSelectedChange?.(next.ids);
  };
  const toggle = (index: number, range: boolean) =>
    choose(toggleRow({ ids: selected ?? noSelection.ids, anchor }, order, index, range));
  const focusRow = (index: number) => {
    const to = Math.max(0, Math.min(items.length - 1, index));
    setActive(to);
    virtual.scrollToIndex(to);
    // The row may not be drawn yet when it lies outside the window.
    requestAnimationFrame(() => document.getElementById(`${base}-${to}`)?.focus({ preventScroll: true }));
    return to;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // Keys belong to the list only while a row itself has the focus, not a button or a menu inside it.
    if (!(event.target instanceof HTMLElement) || event.target.id !== `${base}-${at}`) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      j: at + 1,
      k: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: items.length - 1,
    };
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    const to = modified ? undefined : moves[event.key];
    const item = items[at];
    if (to !== undefined) {
      const landed = focusRow(to);
      if (event.shiftKey && choosing && landed !== at) {
        const start =
          anchor === null ? toggleRow({ ids: selected, anchor: null }, order, at, false) : undefined;
        choose(toggleRow(start ?? { ids: selected, anchor }, order, landed, true));
      }
    } else if (event.key === 'Enter' && item !== undefined) onOpen?.(item);
    else if (event.key === ' ' && choosing) toggle(at, event.shiftKey);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && choosing)
      choose({ ids: new Set(order), anchor: 0 });
    else if (event.key === 'Escape' && choosing && selected.size > 0) choose(noSelection);
    else return;
    event.preventDefault();
  };

  // Rows are drawn anew only when they change: what they call is always the same, and looks up what holds now.
  const latest = useRef({ onOpen, toggle });
  latest.current = { onOpen, toggle };
  const openRow = useCallback((item: T) => latest.current.onOpen?.(item), []);
  const toggleOne = useCallback((index: number, range: boolean) => latest.current.toggle(index, range), []);
  /** The row under the pointer, or the one with the focus, is the one whose menu opens. */
  const aimMenu = (event: MouseEvent<HTMLElement>) => {
    const row = event.target instanceof Element ? event.target.closest('[data-row]') : null;
    const item = row ? items[Number(row.getAttribute('data-row'))] : undefined;
    if (item !== undefined) setAimed({ item, open: false });
    else if (event.type === 'contextmenu') event.preventDefault();
  };
  const openId = aimed?.open ? getId(aimed.item) : undefined;

  const tail = (props.menu ? 24 : 0) + (props.actions ? (props.actionsWidth ?? 24) : 0);
  const template = [
    choosing ? '28px' : '',
    ...columns.map((column) => column.width ?? 'minmax(0, 1fr)'),
    // The same in every row, or the columns of head and rows would not line up.
    tail > 0 ? `${tail}px` : '',
  ]
    .filter(Boolean)
    .join(' ');
  const grid = useMemo(() => ({ gridTemplateColumns: template }), [template]);
  const chosen = useMemo(
    () => (selected && selected.size > 0 ? items.filter((item) => selected.has(getId(item))) : []),
    [items, selected, getId],
  );

  if (items.length === 0 && empty !== undefined) return <div className={props.className}>{empty}</div>;
  return (
    <div className={cx('relative flex min-h-0 flex-1 flex-col', props.className)}>
      <div ref={scroller} className="min-h-0 flex-1 overflow-auto">
        <div role="table" aria-label={label} aria-rowcount={items.length + 1} onKeyDown={onKeyDown}>
          <div role="rowgroup" className="sticky top-0 z-10">
            <div
              role="row"
              aria-rowindex={1}
              style={grid}
              className="grid h-8 items-center gap-x-4 border-b border-line bg-panel px-4 text-meta font-medium text-muted"
            >
              {choosing && (
                <span role="columnheader" className="flex">
                  <Checkbox
                    aria-label="Select all"
                    checked={headState(selected, order)}
                    onChange={(on) => choose(on ? { ids: new Set(order), anchor: null } : noSelection)}
                  />
                </span>
              )}
              {columns.map((column) => (
                <span
                  role="columnheader"
                  key={column.id}
                  className={cx('truncate', column.align === 'end' && 'text-right')}
                >
                  {column.title}
                </span>
              ))}
              {(props.menu || props.actions) && (
                <span role="columnheader" className="w-6">
                  <span className="sr-only">Actions</span>
                </span>
              )}
            </div>
          </div>
          <ContextMenu
            items={aimed === undefined ? [] : (props.menu?.(aimed.item) ?? [])}
            always={props.menu !== undefined}
            onOpenChange={(open) => setAimed((before) => before && { ...before, open })}
          >
            <div
              role="rowgroup"
              onContextMenuCapture={aimMenu}
              onPointerDownCapture={aimMenu}
              className="relative"
              style={{ height: virtual.getTotalSize() }}
            >
              {virtual.getVirtualItems().map((row) => {
                const item = items[row.index];
                if (item === undefined) return null;
                const id = getId(item);
                return (
                  <ListRow
                    key={id}
                    id={`${base}-${row.index}`}
                    item={item}
                    index={row.index}
                    top={row.start}
                    height={rowHeight}
                    grid={grid}
                    columns={columns}
                    tabbable={row.index === at}
                    current={props.currentId === id}
                    dim={props.isDim?.(item) ?? false}
                    menuOpen={openId === id}
                    hasMenu={props.menu !== undefined}
                    chosen={choosing ? selected.has(id) : undefined}
                    onFocus={setActive}
                    onOpen={openRow}
                    onToggle={toggleOne}
                    actions={props.actions}
                  />
                );
              })}
            </div>
          </ContextMenu>
        </div>
        {props.foot}
      </div>
      {chosen.length > 0 && (
        <div
          role="toolbar"
          aria-label="Selected items"
          className="absolute bottom-4 left-1/2 z-20 flex -translate-x-1/2 animate-toast-in items-center gap-2 rounded-lg border border-line-strong bg-raised py-1.5 pr-1.5 pl-3 shadow-float"
        >
          <span role="status" className="mr-1 font-medium whitespace-nowrap nums">
            {props.selectedText ?? `${formatCount(chosen.length)} selected`}
          </span>
          {props.bulkActions?.(chosen)}
          <IconButton label="Clear selection" icon={X} onClick={() => choose(noSelection)} />
        </div>
      )}
    </div>
  );
}
