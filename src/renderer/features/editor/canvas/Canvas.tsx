import '@xyflow/react/dist/style.css';
import '../../../graph/canvas.css';
import {
  Background,
  BackgroundVariant,
  type Connection,
  type FinalConnectionState,
  MiniMap,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
} from '@xyflow/react';
import { type MouseEvent as ReactMouseEvent, useEffect, useRef, useState } from 'react';
import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import { definitionOf } from '../../../graph/kinds.ts';
import { grid, nodeHeight, nodeWidth, placeOf } from '../../../graph/places.ts';
import {
  bestInput,
  firstOutput,
  judgeWire,
  nodeById,
  type PortRef,
  portsOf,
  wiresOf,
} from '../../../graph/ports.ts';
import { toast } from '../../../ui/index.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';
import { CanvasControls } from './CanvasControls.tsx';
import { CanvasMenu, type MenuPlace } from './CanvasMenu.tsx';
import { EmptyCanvas } from './EmptyCanvas.tsx';
import { QuickAdd } from './QuickAdd.tsx';
import { type StepFlowNode, StepNode } from './StepNode.tsx';
import { type StepFlowWire, StepWire } from './StepWire.tsx';
import { useCanvasClipboard } from './use-canvas-clipboard.ts';
import { useCanvasDrops } from './use-canvas-drops.ts';
import { useCanvasHandle } from './use-canvas-handle.ts';
import { useFlowGraph } from './use-flow-graph.ts';
import { enterHover, leaveHover } from './wire-hover.ts';
import { stepUnder, wireUnderCard } from './wire-under.ts';

const nodeTypes = { step: StepNode };
const edgeTypes = { wire: StepWire };

/** The graph: a view of the document with everything a pointer can do to it. */
export function Canvas() {
  return (
    <ReactFlowProvider>
      <Flow />
    </ReactFlowProvider>
  );
}

function Flow() {
  const editor = useEditor();
  const { actions, view } = editor;
  const frame = useRef<HTMLElement>(null);
  const flow = useReactFlow<StepFlowNode, StepFlowWire>();
  const graph = useFlowGraph();
  const [menu, setMenu] = useState<MenuPlace>();
  const snap = useView((state) => state.snap);
  const minimap = useView((state) => state.minimap);
  const empty = useDocument((document) => document.nodes.length === 0);
  const drops = useCanvasDrops(flow.screenToFlowPosition);
  useCanvasHandle(editor, frame);
  useCanvasClipboard(editor, frame);
  const connect = useConnecting(flow.screenToFlowPosition);
  const escaped = useEscapeDuringDrag();

  const openMenu = (event: ReactMouseEvent | MouseEvent, place: Omit<MenuPlace, 'screen' | 'at'>) => {
    event.preventDefault();
    const screen = { x: event.clientX, y: event.clientY };
    setMenu({ ...place, screen, at: flow.screenToFlowPosition(screen) });
  };
  const pick = (event: ReactMouseEvent) => {
    if (!(event.target instanceof Element) || !event.target.classList.contains('react-flow__pane')) return;
    const screen = { x: event.clientX, y: event.clientY };
    const at = flow.screenToFlowPosition(screen);
    view.setState({
      quickAdd: {
        target: { kind: 'place' },
        screen,
        at: { x: at.x - nodeWidth / 2, y: at.y - nodeHeight / 2 },
      },
    });
  };

  return (
    <section
      ref={frame}
      aria-label="Canvas"
      tabIndex={-1}
      data-ring="inside"
      className="editor-canvas relative h-full min-h-0 w-full outline-none"
      onDoubleClick={pick}
      {...drops}
    >
      <ReactFlow<StepFlowNode, StepFlowWire>
        nodes={graph.nodes}
        edges={graph.edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={graph.onNodesChange}
        onEdgesChange={graph.onEdgesChange}
        onNodeDragStart={() => escaped.start()}
        onNodeDrag={(_event, node, all) => {
          const wire =
            all.length === 1 && isLoose(editor.documents.getState().document, node.id)
              ? wireOf(frame.current, node.id)
              : undefined;
          if (view.getState().dropWire !== wire) view.setState({ dropWire: wire });
        }}
        onNodeDragStop={(_event, node) => {
          const { dropWire } = view.getState();
          view.setState({ dropWire: undefined });
          if (escaped.end()) return graph.cancel();
          graph.drop(dropWire ? { node: node.id, wire: dropWire } : undefined);
        }}
        onSelectionDragStop={() => graph.drop()}
        onNodeDoubleClick={(event, node) => {
          const onTitle =
            event.target instanceof Element && event.target.closest('[data-step-title]') !== null;
          if (onTitle) actions.startRename(node.id);
          else actions.reveal(node.id, ['*']);
        }}
        onNodeContextMenu={(event, node) => {
          if (!view.getState().nodes.has(node.id)) actions.select([node.id]);
          openMenu(event, { node: node.id });
        }}
        onEdgeContextMenu={(event, edge) => {
          actions.select([], [edge.id]);
          openMenu(event, { wire: edge.id });
        }}
        onSelectionContextMenu={(event) => openMenu(event, { node: [...view.getState().nodes][0] })}
        onPaneContextMenu={(event) => openMenu(event, {})}
        onPaneClick={() => {
          actions.select([]);
          frame.current?.focus({ preventScroll: true });
        }}
        onEdgeMouseEnter={(_event, edge) => enterHover(view, edge.id)}
        onEdgeMouseLeave={() => leaveHover(view)}
        {...connect}
        connectOnClick={false}
        connectionRadius={30}
        reconnectRadius={14}
        deleteKeyCode={null}
        selectionOnDrag
        selectionMode={SelectionMode.Partial}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={['Control', 'Meta', 'Shift']}
        panOnDrag={[1, 2]}
        panActivationKeyCode="Space"
        panOnScroll
        zoomOnDoubleClick={false}
        zoomActivationKeyCode={['Control', 'Meta']}
        minZoom={0.1}
        maxZoom={2}
        snapToGrid={snap}
        snapGrid={[grid, grid]}
        nodeDragThreshold={3}
        disableKeyboardA11y
        autoPanOnNodeFocus
        onlyRenderVisibleElements={graph.nodes.length > 150}
        onInit={() =>
          openView(frame.current, editor.documents.getState().document, flow, [...view.getState().nodes][0])
        }
        proOptions={{ hideAttribution: true }}
        ariaLabelConfig={{
          'node.a11yDescription.default':
            'Press Enter to select, arrow keys to go to the next step, F2 to rename, Delete to remove.',
          'edge.a11yDescription.default': 'Press Enter to select, then Delete to remove the wire.',
          'minimap.ariaLabel': 'Overview of the pipeline',
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.2} />
        {minimap && !empty && (
          <MiniMap<StepFlowNode>
            pannable
            zoomable
            position="bottom-right"
            style={{ width: 168, height: 104 }}
            nodeColor={(node) => minimapColour(editor.documents.getState().document, node.id)}
            nodeBorderRadius={12}
            className="rounded-lg border border-line-strong"
          />
        )}
        <CanvasControls />
      </ReactFlow>
      {empty && <EmptyCanvas />}
      <QuickAdd />
      <CanvasMenu place={menu} onClose={() => setMenu(undefined)} />
    </section>
  );
}

/** Below this, cards cannot be read: a longer pipeline opens at its start instead of as a whole. */
const readableZoom = 0.75;

/** The first view: the step that a link named; else everything where it is readable, else the leftmost part. */
function openView(
  frame: HTMLElement | null,
  document: PipelineDocument,
  flow: ReactFlowInstance<StepFlowNode, StepFlowWire>,
  linked: string | undefined,
): void {
  const places = document.nodes.map(placeOf);
  if (!frame || places.length === 0) return;
  const target = linked === undefined ? undefined : nodeById(document, linked);
  if (target) {
    const { x, y } = placeOf(target);
    void flow.setCenter(x + nodeWidth / 2, y + nodeHeight / 2, { zoom: 1 });
    return;
  }
  const { width, height } = frame.getBoundingClientRect();
  const left = Math.min(...places.map(({ x }) => x));
  const right = Math.max(...places.map(({ x }) => x)) + nodeWidth;
  const top = Math.min(...places.map(({ y }) => y));
  const bottom = Math.max(...places.map(({ y }) => y)) + nodeHeight + 24;
  const whole = Math.min((width - 80) / (right - left), (height - 120) / (bottom - top));
  const zoom = Math.min(1, Math.max(readableZoom, whole));
  const x = whole >= readableZoom ? (width - (left + right) * zoom) / 2 : 40 - left * zoom;
  const first = places.reduce((one, other) => (other.x < one.x ? other : one));
  const fitsHeight = (bottom - top) * zoom <= height - 80;
  const y = fitsHeight
    ? (height - 40 - (top + bottom) * zoom) / 2
    : height / 2 - (first.y + nodeHeight / 2) * zoom;
  void flow.setViewport({ x, y, zoom });
}

function minimapColour(document: PipelineDocument, id: string): string {
  const node = nodeById(document, id);
  const group = node && definitionOf(node.kind)?.group;
  return group ? `var(--group-${group})` : 'var(--n8)';
}

/** Free of wires, and with an input and an output: may be dropped on a wire. */
function isLoose(document: PipelineDocument, id: string): boolean {
  const node = nodeById(document, id);
  if (!node) return false;
  const { inputs, outputs } = portsOf(document, node);
  if (inputs.length === 0 || outputs.length === 0) return false;
  return !wiresOf(document).some((wire) => wire.from.node === id || wire.to.node === id);
}

function wireOf(frame: HTMLElement | null, id: string): string | undefined {
  const card = frame?.querySelector(`.react-flow__node[data-id="${id}"]`);
  return card ? wireUnderCard(card.getBoundingClientRect()) : undefined;
}

/** Escape during a drag puts everything back. */
function useEscapeDuringDrag() {
  const escaped = useRef(false);
  const listen = useRef<(event: KeyboardEvent) => void>(undefined);
  const stop = () => {
    if (listen.current) window.removeEventListener('keydown', listen.current, true);
    listen.current = undefined;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the end of the component matters.
  useEffect(() => stop, []);
  return {
    start: () => {
      escaped.current = false;
      listen.current = (event) => {
        if (event.key === 'Escape') escaped.current = true;
      };
      window.addEventListener('keydown', listen.current, true);
    },
    end: () => {
      stop();
      return escaped.current;
    },
  };
}

type ToFlow = ReturnType<typeof useReactFlow>['screenToFlowPosition'];

/** Drawing wires and moving their ends. */
function useConnecting(toFlow: ToFlow) {
  const { actions, view, documents } = useEditor();
  const handled = useRef(false);
  const refs = (connection: Connection): [PortRef, PortRef] => [
    { node: connection.source, port: connection.sourceHandle ?? 'out' },
    { node: connection.target, port: connection.targetHandle ?? 'in' },
  ];
  const refuse = (from: PortRef, to: PortRef): boolean => {
    const judgement = judgeWire(documents.getState().document, from, to);
    if (judgement.ok) return false;
    actions.say(judgement.reason.replace(/\.$/, ''));
    toast.info(judgement.reason, { duration: 3000 });
    return true;
  };
  return {
    isValidConnection: (connection: Connection | StepFlowWire) => {
      const [from, to] = refs(connection as Connection);
      const judgement = judgeWire(documents.getState().document, from, to);
      return judgement.ok;
    },
    onConnect: (connection: Connection) => {
      handled.current = true;
      actions.connect(...refs(connection));
    },
    onConnectEnd: (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      if (handled.current || !state.fromHandle || !state.fromNode) {
        handled.current = false;
        return;
      }
      const screen = pointOf(event);
      const side = state.fromHandle.type;
      const origin = {
        node: state.fromNode.id,
        port: state.fromHandle.id ?? (side === 'source' ? 'out' : 'in'),
      };
      const document = documents.getState().document;
      const there = state.toHandle
        ? { node: state.toHandle.nodeId, port: state.toHandle.id ?? '' }
        : portOfStep(document, stepUnder(screen.x, screen.y), side);
      if (there) {
        const [from, to] = side === 'source' ? [origin, there] : [there, origin];
        if (there.node !== origin.node && !refuse(from, to)) actions.connect(from, to);
        return;
      }
      const at = toFlow(screen);
      const place =
        side === 'source'
          ? { x: at.x, y: at.y - nodeHeight / 2 }
          : { x: at.x - nodeWidth, y: at.y - nodeHeight / 2 };
      view.setState({ quickAdd: { target: { kind: 'wire-end', origin, side }, screen, at: place } });
    },
    onReconnect: (wire: StepFlowWire, connection: Connection) => {
      handled.current = true;
      actions.rewire(wire.id, ...refs(connection));
    },
    onReconnectEnd: (
      event: MouseEvent | TouchEvent,
      wire: StepFlowWire,
      _side: string,
      state: FinalConnectionState,
    ) => {
      const done = handled.current;
      handled.current = false;
      if (done || state.toHandle) return;
      const screen = pointOf(event);
      if (stepUnder(screen.x, screen.y)) return;
      actions.removeWires([wire.id]);
    },
  };
}

function portOfStep(
  document: PipelineDocument,
  id: string | undefined,
  side: 'source' | 'target',
): PortRef | undefined {
  if (id === undefined) return undefined;
  return side === 'source' ? bestInput(document, id) : firstOutput(document, id);
}

function pointOf(event: MouseEvent | TouchEvent): { x: number; y: number } {
  const point = 'changedTouches' in event ? event.changedTouches[0] : event;
  return { x: point?.clientX ?? 0, y: point?.clientY ?? 0 };
}
