import type { EdgeChange, NodeChange } from '@xyflow/react';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import { definitionOf } from '../../../graph/kinds.ts';
import { nodeHeight, nodeWidth, type Point, placeOf } from '../../../graph/places.ts';
import { nodeById, titleOf, wiresOf } from '../../../graph/ports.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';
import { sameSet } from '../state/view-store.ts';
import type { StepFlowNode } from './StepNode.tsx';
import type { StepFlowWire } from './StepWire.tsx';

const none: ReadonlyMap<string, Point> = new Map();

/**
 * React Flow only shows the document: nodes and edges are made from it, and what React Flow wants to change is either
 * selection (kept in the view), a drag in progress (kept here) or a command (sent to the actions).
 */
export function useFlowGraph() {
  const editor = useEditor();
  const document = useDocument((current) => current);
  const chosen = useView((view) => view.nodes);
  const chosenWires = useView((view) => view.wires);
  const [dragged, setDragged] = useState<ReadonlyMap<string, Point>>(none);
  /** Where the drag is now; the state only makes it visible. */
  const moved = useRef<ReadonlyMap<string, Point>>(none);
  const made = useRef(new Map<string, StepFlowNode>());

  const nodes = useMemo(() => {
    const next = document.nodes.map((node) => {
      const position = dragged.get(node.id) ?? placeOf(node);
      const title = titleOf(node);
      const label = `${title}, ${definitionOf(node.kind)?.title ?? node.kind}${node.disabled ? ', disabled' : ''}`;
      const old = made.current.get(node.id);
      const selected = chosen.has(node.id);
      // The same object where nothing changed: React Flow then draws nothing again.
      if (
        old?.selected === selected &&
        old.ariaLabel === label &&
        old.position.x === position.x &&
        old.position.y === position.y
      ) {
        return old;
      }
      return flowNode(node.id, position, selected, label);
    });
    made.current = new Map(next.map((node) => [node.id, node]));
    return next;
  }, [document.nodes, dragged, chosen]);

  const edges = useMemo(() => flowWires(document, chosenWires), [document, chosenWires]);

  const onNodesChange = useCallback(
    (changes: NodeChange<StepFlowNode>[]) => {
      const moving = changes.filter(
        (change) => change.type === 'position' && change.position && change.dragging,
      );
      if (moving.length > 0) {
        const next = new Map(moved.current);
        for (const change of moving) {
          if (change.type === 'position' && change.position) next.set(change.id, change.position);
        }
        moved.current = next;
        setDragged(next);
      }
      const selection = changes.filter((change) => change.type === 'select');
      if (selection.length > 0) {
        const before = editor.view.getState().nodes;
        const next = new Set(before);
        for (const change of selection) {
          if (change.selected) next.add(change.id);
          else next.delete(change.id);
        }
        if (!sameSet(before, next)) editor.view.setState({ nodes: next, renaming: undefined });
      }
    },
    [editor],
  );

  const onEdgesChange = useCallback(
    (changes: EdgeChange<StepFlowWire>[]) => {
      const before = editor.view.getState().wires;
      const next = new Set(before);
      for (const change of changes) {
        if (change.type !== 'select') continue;
        if (change.selected) next.add(change.id);
        else next.delete(change.id);
      }
      if (!sameSet(before, next)) editor.view.setState({ wires: next });
    },
    [editor],
  );

  /** Ends a drag: what moved, and the wire it was dropped on, become one step of the history. */
  const drop = useCallback(
    (onWire?: { node: string; wire: string }) => {
      const places = moved.current;
      moved.current = none;
      if (places.size > 0) {
        if (onWire) editor.actions.dropOnWire(places, onWire.node, onWire.wire);
        else editor.actions.move(places);
      }
      setDragged(none);
    },
    [editor],
  );
  const cancel = useCallback(() => {
    moved.current = none;
    setDragged(none);
  }, []);

  return { nodes, edges, onNodesChange, onEdgesChange, drop, cancel };
}

function flowNode(id: string, position: Point, selected: boolean, ariaLabel: string): StepFlowNode {
  return {
    id,
    type: 'step',
    position,
    selected,
    ariaLabel,
    data: {},
    width: nodeWidth,
    height: nodeHeight,
    measured: { width: nodeWidth, height: nodeHeight },
  };
}

function flowWires(document: PipelineDocument, chosen: ReadonlySet<string>): StepFlowWire[] {
  const name = (id: string) => {
    const node = nodeById(document, id);
    return node ? titleOf(node) : id;
  };
  return wiresOf(document).map((wire) => {
    const label = `from ${name(wire.from.node)} to ${name(wire.to.node)}`;
    return {
      id: wire.id,
      type: 'wire',
      source: wire.from.node,
      sourceHandle: wire.from.port,
      target: wire.to.node,
      targetHandle: wire.to.port,
      selected: chosen.has(wire.id),
      ariaLabel: `Wire ${label}`,
      data: { label },
    };
  });
}
