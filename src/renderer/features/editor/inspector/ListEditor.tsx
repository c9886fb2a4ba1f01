import { GripVertical, Plus, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button, cx, IconButton } from '../../../ui/index.ts';

export interface ListEditorProps<Item> {
  items: readonly Item[];
  onChange: (items: readonly Item[]) => void;
  render: (item: Item, index: number, change: (next: Item) => void) => ReactNode;
  /** A word for one line: "column". */
  noun: string;
  /** Made by the button; without it nothing can be added here. */
  make?: () => Item;
  addLabel?: string;
  errorAt?: (index: number) => string | undefined;
  /** Lines that keep their place: no handle. */
  fixedOrder?: boolean;
}

/** Lines that are added, removed and put in order, by dragging the handle or with Alt and the arrow keys. */
export function ListEditor<Item>(props: ListEditorProps<Item>) {
  const { items, onChange, render, noun, make, addLabel = `Add ${noun}`, errorAt, fixedOrder } = props;
  const [dragged, setDragged] = useState<number>();
  const [over, setOver] = useState<number>();
  const move = (from: number, to: number) => {
    const item = items[from];
    if (item === undefined || to < 0 || to >= items.length || from === to) return;
    const rest = items.filter((_item, index) => index !== from);
    onChange([...rest.slice(0, to), item, ...rest.slice(to)]);
  };
  return (
    <div className="space-y-1">
      {items.map((item, index) => {
        const error = errorAt?.(index);
        return (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a line.
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place.
            key={index}
            role="group"
            aria-label={`${noun} ${index + 1}`}
            className={cx('rounded-md', over === index && dragged !== undefined && 'bg-accent-soft')}
            onDragOver={(event) => {
              if (dragged === undefined) return;
              event.preventDefault();
              setOver(index);
            }}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged !== undefined) move(dragged, index);
              setDragged(undefined);
              setOver(undefined);
            }}
            onKeyDown={(event) => {
              if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || fixedOrder)
                return;
              event.preventDefault();
              move(index, index + (event.key === 'ArrowUp' ? -1 : 1));
            }}
          >
            <div className="flex items-start gap-1">
              {!fixedOrder && items.length > 1 && (
                <span
                  draggable
                  aria-hidden
                  title="Drag, or Alt with the arrow keys, to move"
                  className="flex h-control w-3.5 shrink-0 cursor-grab items-center justify-center text-faint hover:text-ink"
                  onDragStart={(event) => {
                    event.dataTransfer.effectAllowed = 'move';
                    setDragged(index);
                  }}
                  onDragEnd={() => {
                    setDragged(undefined);
                    setOver(undefined);
                  }}
                >
                  <GripVertical size={13} />
                </span>
              )}
              <div className="min-w-0 flex-1">
                {render(item, index, (next) => onChange(items.map((old, at) => (at === index ? next : old))))}
              </div>
              <IconButton
                label={`Remove ${noun} ${index + 1}`}
                icon={X}
                size="sm"
                className="mt-0.5"
                onClick={() => onChange(items.filter((_item, at) => at !== index))}
              />
            </div>
            {error && (
              <p role="alert" className="mt-0.5 mb-1 text-meta text-status-failed">
                {error}
              </p>
            )}
          </div>
        );
      })}
      {make && (
        <Button size="sm" variant="ghost" icon={Plus} onClick={() => onChange([...items, make()])}>
          {addLabel}
        </Button>
      )}
    </div>
  );
}
