import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type UIEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { LogLine } from './LogLine.tsx';
import type { LogWindow } from './log-window.ts';

const rowHeight = 22;
/** Pixels from an edge at which the next page is asked for. */
const near = rowHeight * 20;

interface LogLinesProps {
  readonly log: LogWindow;
  readonly follow: boolean;
  readonly setFollow: (follow: boolean) => void;
  readonly wrap: boolean;
  /** Each line as the file has it, instead of columns with fields that open. */
  readonly raw: boolean;
  /** The line that was jumped to or opened last. */
  readonly current: number | undefined;
  readonly setCurrent: (id: number) => void;
  readonly loadOlder: () => Promise<void>;
  readonly loadNewer: () => Promise<void>;
  readonly active: boolean;
}

/** Lines drawn only where they are visible; each opens to its whole text and fields. */
export function LogLines(props: LogLinesProps) {
  const { log, follow, setFollow, wrap, raw, current, setCurrent, loadOlder, loadNewer, active } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const lines = useVirtualizer({
    count: log.entries.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => log.entries[index]?.id ?? index,
    estimateSize: () => rowHeight,
    overscan: 30,
  });
  const firstId = log.entries[0]?.id;
  const lastId = log.entries.at(-1)?.id;
  const size = lines.getTotalSize();

  const before = useRef({ firstId, size });
  useLayoutEffect(() => {
    const { firstId: oldFirst, size: oldSize } = before.current;
    before.current = { firstId, size };
    // Lines put in front must not move the ones being read.
    const grewInFront = oldFirst !== undefined && firstId !== undefined && firstId < oldFirst;
    const still = grewInFront && log.entries.some(({ id }) => id === oldFirst);
    if (still && !follow && scroller.current) scroller.current.scrollTop += size - oldSize;
  }, [firstId, size, follow, log]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is what moves the view
  useEffect(() => {
    if (follow && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [follow, lastId, size]);

  const at = log.entries.findIndex(({ id }) => id === current);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another current line is what moves the view
  useEffect(() => {
    const seen = lines.range;
    const visible = seen !== null && at > seen.startIndex && at < seen.endIndex;
    if (at >= 0 && !visible) lines.scrollToIndex(at, { align: 'center' });
  }, [current]);

  const onScroll = (event: UIEvent<HTMLDivElement>) => {
    const view = event.currentTarget;
    const below = view.scrollHeight - view.scrollTop - view.clientHeight;
    const atEnd = below < rowHeight * 2 && log.atEnd;
    if (atEnd !== follow && !(atEnd && !active)) setFollow(atEnd);
    if (view.scrollTop < near) void loadOlder();
    if (below < near) void loadNewer();
  };
  const toggle = (id: number) => {
    setFollow(false);
    setCurrent(id);
    setOpened((open) => {
      const next = new Set(open);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const from = event.target instanceof HTMLElement ? event.target.dataset.line : undefined;
    if (!step || from === undefined) return;
    event.preventDefault();
    const next = log.entries[log.entries.findIndex(({ id }) => String(id) === from) + step];
    if (!next) return;
    setFollow(false);
    setCurrent(next.id);
    lines.scrollToIndex(log.entries.indexOf(next), { align: 'auto' });
    // Drawn a frame later where it lay outside the window.
    const root = event.currentTarget;
    requestAnimationFrame(() => root.querySelector<HTMLElement>(`[data-line="${next.id}"]`)?.focus());
  };
  const tabStop = at >= 0 ? current : lines.getVirtualItems().at(-1)?.key;
  return (
    <div
      ref={scroller}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      role="log"
      aria-label="Run log"
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      data-ring="inside"
      className="min-h-0 flex-1 overflow-auto py-1 font-mono text-data [overflow-anchor:none]"
    >
      <div style={{ height: size, position: 'relative' }}>
        {lines.getVirtualItems().map(({ index, start, key }) => {
          const entry = log.entries[index];
          return (
            entry && (
              <LogLine
                key={key}
                index={index}
                measure={lines.measureElement}
                entry={entry}
                top={start}
                wrap={wrap}
                raw={raw}
                open={opened.has(entry.id)}
                current={entry.id === current}
                tabbable={entry.id === tabStop}
                toggle={() => toggle(entry.id)}
              />
            )
          );
        })}
      </div>
    </div>
  );
}
