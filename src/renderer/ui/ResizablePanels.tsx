import { Fragment, type ReactNode, type Ref, useImperativeHandle, useRef } from 'react';
import {
  Group,
  Panel,
  type PanelImperativeHandle,
  Separator,
  useDefaultLayout,
} from 'react-resizable-panels';
import { cx } from './cx.ts';
import { useHotkey } from './hotkey.ts';

export interface PanelSpec {
  id: string;
  content: ReactNode;
  /** Pixels, or a share such as "30%". Leave out for the panel that takes the rest. */
  defaultSize?: number | string;
  minSize?: number | string;
  maxSize?: number | string;
  collapsible?: boolean;
  /** Folds and unfolds it: "mod+b". */
  toggleKey?: string;
  onCollapsedChange?: (collapsed: boolean) => void;
  className?: string;
}

export interface ResizablePanelsHandle {
  toggle: (id: string) => void;
  collapse: (id: string) => void;
  expand: (id: string) => void;
}

export interface ResizablePanelsProps {
  /** Sizes are remembered under this name. */
  id: string;
  orientation?: 'horizontal' | 'vertical';
  panels: readonly PanelSpec[];
  ref?: Ref<ResizablePanelsHandle>;
  className?: string;
}

/** Areas with a draggable line between them. A double click on the line restores the default, arrow keys move it. */
export function ResizablePanels({
  id,
  orientation = 'horizontal',
  panels,
  ref,
  className,
}: ResizablePanelsProps) {
  const handles = useRef(new Map<string, PanelImperativeHandle>());
  const panelIds = panels.map((panel) => panel.id);
  const layout = useDefaultLayout({ id: `panels.${id}`, panelIds, storage: localStorage });
  const toggle = (panelId: string) => {
    const handle = handles.current.get(panelId);
    if (handle?.isCollapsed()) handle.expand();
    else handle?.collapse();
  };
  useImperativeHandle(ref, () => ({
    toggle,
    collapse: (panelId) => handles.current.get(panelId)?.collapse(),
    expand: (panelId) => handles.current.get(panelId)?.expand(),
  }));
  return (
    <Group
      id={id}
      orientation={orientation}
      defaultLayout={layout.defaultLayout}
      onLayoutChanged={layout.onLayoutChanged}
      className={className}
    >
      {panels.map((panel, index) => (
        <Fragment key={panel.id}>
          {index > 0 && <Divider orientation={orientation} />}
          <Panel
            id={panel.id}
            panelRef={(handle) => {
              if (handle) handles.current.set(panel.id, handle);
              else handles.current.delete(panel.id);
            }}
            defaultSize={panel.defaultSize}
            minSize={panel.minSize}
            maxSize={panel.maxSize}
            collapsible={panel.collapsible}
            collapsedSize={0}
            groupResizeBehavior={typeof panel.defaultSize === 'number' ? 'preserve-pixel-size' : undefined}
            onResize={(size, _id, before) => {
              const collapsed = size.inPixels === 0;
              if (before && collapsed !== (before.inPixels === 0)) panel.onCollapsedChange?.(collapsed);
            }}
            className={cx('min-h-0 min-w-0', panel.className)}
          >
            {panel.content}
          </Panel>
          <ToggleKey chord={panel.toggleKey} act={() => toggle(panel.id)} />
        </Fragment>
      ))}
    </Group>
  );
}

function ToggleKey({ chord, act }: { chord: string | undefined; act: () => void }) {
  useHotkey(chord, act);
  return null;
}

function Divider({ orientation }: { orientation: 'horizontal' | 'vertical' }) {
  const across = orientation === 'horizontal';
  return (
    <Separator
      aria-label="Resize the areas"
      className={cx(
        'relative shrink-0 bg-line transition-colors outline-none',
        'data-[separator=hover]:bg-accent data-[separator=active]:bg-accent focus-visible:bg-accent',
        across ? 'w-px cursor-col-resize' : 'h-px cursor-row-resize',
      )}
    />
  );
}
