import '@xyflow/react/dist/style.css';
import '../../../graph/canvas.css';
import {
  Background,
  BackgroundVariant,
  MiniMap,
  Panel,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import {
  type KeyboardEvent,
  type RefObject,
  startTransition,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { RunStep } from '../../../../shared/contract/domain.ts';
import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import {
  type Direction,
  neighbour,
  nodeHeight,
  nodeWidth,
  placeAll,
  placeOf,
} from '../../../graph/places.ts';
import { IconButton, type MenuItems, statusLook } from '../../../ui/index.ts';
import { stepLook } from '../step/StepIcon.tsx';
import { RunCard, type RunFlowNode } from './RunCard.tsx';
import { type RunFlowWire, RunWire } from './RunWire.tsx';
import { type CardChange, flowNodes, flowWires } from './run-flow.ts';
import { StepMenus } from './step-menus.ts';

const nodeTypes = { step: RunCard };
const edgeTypes = { wire: RunWire };

export interface RunGraphProps {
  /** Exactly what ran. */
  readonly document: PipelineDocument;
  readonly steps: readonly RunStep[];
  readonly focus: string | undefined;
  readonly setFocus: (nodeId: string | undefined) => void;
  readonly menu: (step: RunStep) => MenuItems;
  /** How nodes differ from those of another run. */
  readonly changes?: ReadonlyMap<string, CardChange>;
  readonly label: string;
  /** It stands in a page that scrolls: the wheel stays the page's. */
  readonly inPage?: boolean;
}

/** The graph as it ran: each card in the colour of its state, with rows and time. Nothing can be edited here. */
export function RunGraph(props: RunGraphProps) {
  return (
    <StepMenus value={props.menu}>
      <ReactFlowProvider>
        <Flow {...props} />
      </ReactFlowProvider>
    </StepMenus>
  );
}

function Flow({ document, steps, focus, setFocus, changes, label, inPage = false }: RunGraphProps) {
  const placed = useMemo(() => placeAll(document), [document]);
  const flow = useReactFlow<RunFlowNode, RunFlowWire>();
  const frame = useRef<HTMLElement>(null);
  const [overview, setOverview] = useState(false);
  const made = useRef(new Map<string, RunFlowNode>());
  const nodes = useMemo(() => {
    const next = flowNodes(placed, steps, focus, changes, made.current);
    made.current = new Map(next.map((node) => [node.id, node]));
    return next;
  }, [placed, steps, focus, changes]);
  const edges = useMemo(() => flowWires(placed, steps), [placed, steps]);
  useShown(flow, frame, focus);
  const move = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setFocus(undefined);
    const direction = directions[event.key];
    if (!direction) return;
    event.preventDefault();
    const next = focus === undefined ? placed.nodes[0]?.id : neighbour(placed.nodes, focus, direction);
    if (next) setFocus(next);
  };
  return (
    <section
      ref={frame}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the focus over the graph
      tabIndex={0}
      data-ring="inside"
      onKeyDown={move}
      className="editor-canvas relative h-full min-h-0 w-full bg-canvas"
    >
      <ReactFlow<RunFlowNode, RunFlowWire>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodeClick={(_event, node) => setFocus(node.id === focus ? undefined : node.id)}
        onPaneClick={() => setFocus(undefined)}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        deleteKeyCode={null}
        disableKeyboardA11y
        panOnScroll={!inPage}
        zoomOnScroll={!inPage}
        preventScrolling={!inPage}
        zoomOnDoubleClick={false}
        zoomActivationKeyCode={['Control', 'Meta']}
        minZoom={0.1}
        maxZoom={1.5}
        onInit={() => {
          openView(frame.current, placed, flow, focus);
          // The overview draws every card: after the cards that are looked at, in a task of its own.
          startTransition(() => setOverview(true));
        }}
        onlyRenderVisibleElements={nodes.length > 150}
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.2} />
        {overview && nodes.length > 12 && (
          <MiniMap<RunFlowNode>
            pannable
            zoomable
            ariaLabel="Overview of the graph"
            position="bottom-right"
            style={{ width: 140, height: 84 }}
            nodeColor={({ data: { step } }) => (step ? `var(--status-${stepLook(step)})` : 'var(--n8)')}
            nodeBorderRadius={12}
            className="rounded-lg border border-line-strong"
          />
        )}
        <ZoomButtons />
      </ReactFlow>
      <p className="sr-only" aria-live="polite">
        {spoken(steps.find(({ nodeId }) => nodeId === focus))}
      </p>
    </section>
  );
}

/** Below this, cards cannot be read: a longer pipeline opens at its start, or at the step in focus. */
const readableZoom = 0.6;
/** Left free at both sides, so that the buttons cover no card. */
const besideButtons = 56;

function openView(
  frame: HTMLElement | null,
  document: PipelineDocument,
  flow: ReactFlowInstance<RunFlowNode, RunFlowWire>,
  focus: string | undefined,
): void {
  const places = document.nodes.map(placeOf);
  if (!frame || places.length === 0) return;
  const { width, height } = frame.getBoundingClientRect();
  const left = Math.min(...places.map(({ x }) => x));
  const right = Math.max(...places.map(({ x }) => x)) + nodeWidth;
  const top = Math.min(...places.map(({ y }) => y));
  const bottom = Math.max(...places.map(({ y }) => y)) + nodeHeight + 24;
  const whole = Math.min((width - 2 * besideButtons) / (right - left), (height - 32) / (bottom - top));
  if (whole >= readableZoom) {
    const zoom = Math.min(1, whole);
    const [x, y] = [(width - (left + right) * zoom) / 2, (height - (top + bottom) * zoom) / 2];
    return void flow.setViewport({ x, y, zoom });
  }
  const start =
    document.nodes.find(({ id }) => id === focus) ??
    document.nodes.reduce((one, other) => (placeOf(other).x < placeOf(one).x ? other : one));
  const { x, y } = placeOf(start);
  const zoom = readableZoom;
  const ahead = start.id === focus ? width / 2 - (nodeWidth / 2) * zoom : 24;
  void flow.setViewport({ x: ahead - x * zoom, y: height / 2 - (y + nodeHeight / 2) * zoom, zoom });
}

function ZoomButtons() {
  const flow = useReactFlow();
  return (
    <Panel position="bottom-left" className="!m-3">
      <div
        role="toolbar"
        aria-label="Zoom"
        aria-orientation="vertical"
        className="flex flex-col items-center rounded-lg border border-line-strong bg-raised p-0.5 shadow-float"
      >
        <IconButton
          side="right"
          size="sm"
          icon={Minus}
          label="Zoom out"
          onClick={() => void flow.zoomOut()}
        />
        <IconButton side="right" size="sm" icon={Plus} label="Zoom in" onClick={() => void flow.zoomIn()} />
        <IconButton
          side="right"
          size="sm"
          icon={Maximize}
          label="Show the whole graph"
          onClick={() => void flow.fitView({ padding: 0.12, maxZoom: 1 })}
        />
      </div>
    </Panel>
  );
}

const directions: Record<string, Direction | undefined> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

const spoken = (step: RunStep | undefined): string =>
  step ? `${step.title}: ${statusLook[stepLook(step)].word}` : '';

/** Brings the focused card into view when the focus came from elsewhere; a card that is seen stays where it is. */
function useShown(
  flow: ReactFlowInstance<RunFlowNode, RunFlowWire>,
  view: RefObject<HTMLElement | null>,
  focus: string | undefined,
): void {
  useEffect(() => {
    const card = focus === undefined ? undefined : flow.getNode(focus);
    if (!card) return;
    const { x, y } = card.position;
    const from = flow.flowToScreenPosition({ x, y });
    const to = flow.flowToScreenPosition({ x: x + (card.width ?? 0), y: y + (card.height ?? 0) });
    const frame = view.current?.getBoundingClientRect();
    if (!frame || frame.width === 0) return;
    const seen = from.x >= frame.left && to.x <= frame.right && from.y >= frame.top && to.y <= frame.bottom;
    if (seen) return;
    const duration = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 180;
    const middle = { x: x + (card.width ?? 0) / 2, y: y + (card.height ?? 0) / 2 };
    void flow.setCenter(middle.x, middle.y, { zoom: flow.getZoom(), duration });
  }, [flow, view, focus]);
}
