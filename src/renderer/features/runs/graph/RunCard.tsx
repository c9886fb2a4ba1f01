import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { memo, useContext } from 'react';
import type { Port } from '../../../../nodes/_kit/define-node.ts';
import { CardFooter } from '../../../graph/CardFooter.tsx';
import { FlowCard, portLabelPlace, portTop, summaryOf } from '../../../graph/FlowCard.tsx';
import { titleOf } from '../../../graph/ports.ts';
import { Badge, ContextMenu, cx, statusLook } from '../../../ui/index.ts';
import { stepLook } from '../step/StepIcon.tsx';
import type { CardChange, CardData } from './run-flow.ts';
import { StepMenus } from './step-menus.ts';

export type RunFlowNode = Node<CardData, 'step'>;

const changeLook: Record<CardChange, { tone: 'success' | 'danger' | 'warning'; word: string }> = {
  added: { tone: 'success', word: 'added' },
  removed: { tone: 'danger', word: 'removed' },
  changed: { tone: 'warning', word: 'changed' },
};

/** A card of what ran; reused and skipped steps are quieter. */
export const RunCard = memo(function RunCard({ id, data, selected }: NodeProps<RunFlowNode>) {
  const { node, ports, step, change } = data;
  const menu = useContext(StepMenus);
  const failed = step?.status === 'failed';
  const footed = step !== undefined && step.status !== 'pending';
  const quiet = step?.status === 'reused' || step?.status === 'skipped' || change === 'removed';
  return (
    <ContextMenu items={step ? menu(step) : []}>
      <div>
        <FlowCard
          id={id}
          kind={node.kind}
          title={titleOf(node)}
          summary={summaryOf(node.kind, node.config)}
          labelledInputs={ports.inputs.length > 1}
          disabled={node.disabled === true}
          failed={failed}
          selected={selected === true}
          footed={footed}
          className={cx(
            quiet && 'border-dashed',
            step?.status === 'running' && 'border-status-running',
            change === 'removed' && 'opacity-60',
          )}
        >
          {change && <Badge tone={changeLook[change].tone}>{changeLook[change].word}</Badge>}
          <Ports ports={ports.inputs} side="target" />
          <Ports ports={ports.outputs} side="source" />
          {footed && (
            <CardFooter
              step={step}
              word={statusLook[stepLook(step)].word}
              failed={failed}
              selected={selected === true}
            />
          )}
        </FlowCard>
      </div>
    </ContextMenu>
  );
});

function Ports({ ports, side }: { ports: readonly Port[]; side: 'target' | 'source' }) {
  return ports.map((port, index) => (
    <Handle
      key={port.name}
      id={port.name}
      type={side}
      position={side === 'target' ? Position.Left : Position.Right}
      style={{ top: portTop(index, ports.length) }}
      className={cx('step-port is-still', port.many && 'step-port-many')}
      isConnectable={false}
    >
      {ports.length > 1 && (
        <span className={cx('step-port-label is-shown', portLabelPlace(side, ports.length))}>
          {port.label}
        </span>
      )}
    </Handle>
  ));
}
