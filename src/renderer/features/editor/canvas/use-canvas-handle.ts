import { useReactFlow, useStoreApi } from '@xyflow/react';
import { type RefObject, useEffect } from 'react';
import { nodeHeight, nodeWidth, placeOf } from '../../../graph/places.ts';
import { nodeById } from '../../../graph/ports.ts';
import type { Editor } from '../state/editor-context.ts';

const margin = 40;

/** Lets commands move the view and the focus while the canvas is drawn. */
export function useCanvasHandle(editor: Editor, frame: RefObject<HTMLElement | null>): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  useEffect(() => {
    const duration = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 180;
    editor.canvas.current = {
      centre: () => {
        const box = frame.current?.getBoundingClientRect();
        const middle = {
          x: (box?.left ?? 0) + (box?.width ?? 0) / 2,
          y: (box?.top ?? 0) + (box?.height ?? 0) / 2,
        };
        const { x, y } = flow.screenToFlowPosition(middle);
        return { x: x - nodeWidth / 2, y: y - nodeHeight / 2 };
      },
      show: (id) => {
        const node = nodeById(editor.documents.getState().document, id);
        if (!node) return;
        const { width, height, transform } = store.getState();
        const [panX, panY, zoom] = transform;
        const { x, y } = placeOf(node);
        const left = x * zoom + panX;
        const top = y * zoom + panY;
        const dx = outside(left, left + nodeWidth * zoom, width);
        const dy = outside(top, top + (nodeHeight + 24) * zoom, height);
        if (dx !== 0 || dy !== 0) void flow.setViewport({ x: panX + dx, y: panY + dy, zoom }, { duration });
        const active = document.activeElement;
        if (active === document.body || frame.current?.contains(active)) {
          const card = frame.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${id}"]`);
          card?.focus({ preventScroll: true });
        }
      },
      fit: (nodes) =>
        void flow.fitView({
          padding: 0.16,
          maxZoom: 1,
          duration,
          ...(nodes && nodes.size > 0 && { nodes: [...nodes].map((id) => ({ id })) }),
        }),
      focus: () => frame.current?.focus({ preventScroll: true }),
    };
    return () => {
      editor.canvas.current = undefined;
    };
  }, [editor, flow, frame, store]);
}

/** How far to pan so that a stretch lies inside the view. */
function outside(from: number, to: number, size: number): number {
  if (from < margin) return margin - from;
  return to > size - margin ? size - margin - to : 0;
}
