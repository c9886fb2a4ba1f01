import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react';
import { Plus, X } from 'lucide-react';
import { memo } from 'react';
import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import { nodeById, portsOf, rowsOfPort } from '../../../graph/ports.ts';
import { cx, formatCount, Tooltip } from '../../../ui/index.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';
import { holdHover, leaveHover } from './wire-hover.ts';

export type StepFlowWire = Edge<{ readonly label: string }, 'wire'>;

const none: ReturnType<typeof portsOf>['outputs'] = [];

function outputsOf(document: PipelineDocument, nodeId: string) {
  const node = nodeById(document, nodeId);
  return node ? portsOf(document, node).outputs : none;
}

/** A wire: hover shows insert and delete in its middle; after a run the rows that went over it. */
export const StepWire = memo(function StepWire(props: EdgeProps<StepFlowWire>) {
  const {
    id,
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
    selected,
    source,
    sourceHandleId,
  } = props;
  const [path, middleX, middleY] = getBezierPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
  });
  const hover = useView((view) => view.hoverWire === id);
  const drop = useView((view) => view.dropWire === id);
  const outputs = useDocument((document) => outputsOf(document, source));
  const rows = useView((view) => rowsOfPort(view.run?.steps.get(source), outputs, sourceHandleId ?? ''));
  const running = useView((view) => view.run?.steps.get(source)?.status === 'running');
  const active = hover || selected;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={22}
        className={cx('step-wire', active && 'is-active', drop && 'is-drop', running && 'is-running')}
      />
      <EdgeLabelRenderer>
        {active && (
          <div
            style={{ transform: `translate(-50%, -50%) translate(${middleX}px, ${middleY}px)` }}
            className="nodrag nopan pointer-events-auto absolute z-10"
            onPointerEnter={holdHover}
          >
            <WireButtons id={id} label={props.data?.label ?? ''} x={middleX} y={middleY} />
          </div>
        )}
        {rows !== null && !active && (
          // Above the wire, at its start: the other end belongs to the labels of the ports.
          <span
            style={{ transform: `translate(${sourceX + 8}px, ${sourceY - 17}px)` }}
            className="pointer-events-none absolute font-mono text-[11px] leading-4 text-muted nums"
          >
            {formatCount(rows)}
          </span>
        )}
      </EdgeLabelRenderer>
    </>
  );
});

function WireButtons({ id, label, x, y }: { id: string; label: string; x: number; y: number }) {
  const { actions, view } = useEditor();
  const button = 'flex size-[22px] items-center justify-center text-muted hover:bg-hover hover:text-ink';
  return (
    <span
      className="flex overflow-hidden rounded-md border border-line-strong bg-raised shadow-float"
      onPointerLeave={() => leaveHover(view)}
    >
      <Tooltip content="Insert a step" side="top">
        <button
          type="button"
          aria-label={`Insert a step into the wire ${label}`}
          className={button}
          onClick={(event) => {
            const target = { kind: 'wire', wire: id } as const;
            view.setState({
              quickAdd: {
                target,
                screen: { x: event.clientX, y: event.clientY },
                at: { x: x - 108, y: y - 30 },
              },
            });
          }}
        >
          <Plus size={14} aria-hidden />
        </button>
      </Tooltip>
      <Tooltip content="Delete the wire" side="top">
        <button
          type="button"
          aria-label={`Delete the wire ${label}`}
          className={cx(button, 'border-l border-line hover:text-status-failed')}
          onClick={() => actions.removeWires([id])}
        >
          <X size={14} aria-hidden />
        </button>
      </Tooltip>
    </span>
  );
}
