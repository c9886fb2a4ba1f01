import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react';
import { memo } from 'react';
import { cx, formatCount } from '../../../ui/index.ts';

export type RunFlowWire = Edge<{ readonly rows: number | null; readonly running: boolean }, 'wire'>;

/** A wire with the rows that went over it. */
export const RunWire = memo(function RunWire(props: EdgeProps<RunFlowWire>) {
  const { id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data } = props;
  const [path] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  return (
    <>
      <BaseEdge id={id} path={path} className={cx('step-wire', data?.running && 'is-running')} />
      {data && data.rows !== null && (
        <EdgeLabelRenderer>
          <span
            style={{ transform: `translate(${sourceX + 8}px, ${sourceY - 17}px)` }}
            className="pointer-events-none absolute font-mono text-[11px] leading-4 text-muted nums"
          >
            {formatCount(data.rows)}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
