import { Panel, useReactFlow, useViewport } from '@xyflow/react';
import { Grid3x3, Map as MapIcon, Maximize, Minus, Plus, Redo2, Undo2, Wand2 } from 'lucide-react';
import { useStore } from 'zustand';
import { IconButton } from '../../../ui/index.ts';
import { useEditor, useView } from '../state/editor-context.ts';

/** Zoom, fit, arrange, overview and history, at the foot of the canvas. */
export function CanvasControls() {
  const { actions, canvas, documents } = useEditor();
  const flow = useReactFlow();
  const { zoom } = useViewport();
  const canUndo = useStore(documents.temporal, (history) => history.pastStates.length > 0);
  const canRedo = useStore(documents.temporal, (history) => history.futureStates.length > 0);
  const minimap = useView((view) => view.minimap);
  const snap = useView((view) => view.snap);
  const line = <span aria-hidden className="mx-0.5 h-4 w-px bg-line" />;
  return (
    <Panel position="bottom-left" className="!m-3">
      <div
        role="toolbar"
        aria-label="Canvas"
        className="flex items-center rounded-lg border border-line-strong bg-raised p-0.5 shadow-float"
      >
        <IconButton
          side="top"
          size="sm"
          icon={Minus}
          label="Zoom out"
          onClick={() => void flow.zoomOut({ duration: 120 })}
        />
        <button
          type="button"
          aria-label={`Zoom ${Math.round(zoom * 100)} %, set to 100 %`}
          className="h-6 min-w-11 rounded-sm text-meta text-muted nums hover:bg-hover hover:text-ink"
          onClick={() => void flow.zoomTo(1, { duration: 150 })}
        >
          {Math.round(zoom * 100)} %
        </button>
        <IconButton
          side="top"
          size="sm"
          icon={Plus}
          label="Zoom in"
          onClick={() => void flow.zoomIn({ duration: 120 })}
        />
        <IconButton
          side="top"
          size="sm"
          icon={Maximize}
          label="Fit everything"
          shortcut="1"
          onClick={() => canvas.current?.fit()}
        />
        {line}
        <IconButton
          side="top"
          size="sm"
          icon={Wand2}
          label="Arrange"
          shortcut="shift+t"
          onClick={() => void actions.tidy()}
        />
        <ToggleSnap on={snap} />
        <ToggleMinimap on={minimap} />
        {line}
        <IconButton
          side="top"
          size="sm"
          icon={Undo2}
          label="Undo"
          shortcut="mod+z"
          disabled={!canUndo}
          onClick={actions.undo}
        />
        <IconButton
          side="top"
          size="sm"
          icon={Redo2}
          label="Redo"
          shortcut="mod+shift+z"
          disabled={!canRedo}
          onClick={actions.redo}
        />
      </div>
    </Panel>
  );
}

function ToggleSnap({ on }: { on: boolean }) {
  const { view } = useEditor();
  const toggle = () => {
    view.setState({ snap: !on });
    localStorage.setItem('sluice.editor.snap', on ? 'off' : 'on');
  };
  return (
    <IconButton side="top" size="sm" icon={Grid3x3} label="Snap to grid" pressed={on} onClick={toggle} />
  );
}

function ToggleMinimap({ on }: { on: boolean }) {
  const { view } = useEditor();
  const toggle = () => {
    view.setState({ minimap: !on });
    localStorage.setItem('sluice.editor.minimap', on ? 'off' : 'on');
  };
  return (
    <IconButton
      side="top"
      size="sm"
      icon={MapIcon}
      label="Overview"
      shortcut="m"
      pressed={on}
      onClick={toggle}
    />
  );
}
