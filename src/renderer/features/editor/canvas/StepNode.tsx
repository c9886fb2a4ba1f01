import { Handle, type Node, type NodeProps, Position, useConnection } from '@xyflow/react';
import { memo } from 'react';
import type { Port } from '../../../../nodes/_kit/define-node.ts';
import { CardFooter } from '../../../graph/CardFooter.tsx';
import { FlowCard, portLabelPlace, portTop, summaryOf } from '../../../graph/FlowCard.tsx';
import { freePlace, placeOf, stepX } from '../../../graph/places.ts';
import { nodeById, portsOf, titleOf } from '../../../graph/ports.ts';
import { cx } from '../../../ui/index.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';
import { RenameField } from './RenameField.tsx';
import { StepMark } from './StepMark.tsx';
import { useNodeFigures } from './use-node-facts.ts';

export type StepFlowNode = Node<Record<string, never>, 'step'>;

/** The card of a step. It reads everything by id, so that moving one card draws no other again. */
export const StepNode = memo(function StepNode({ id, selected }: NodeProps<StepFlowNode>) {
  const node = useDocument((document) => nodeById(document, id));
  return node ? <Card id={id} selected={selected} /> : null;
});

function Card({ id, selected }: { id: string; selected: boolean }) {
  const node = useDocument((document) => nodeById(document, id));
  const renaming = useView((view) => view.renaming === id);
  const inputCount = useDocument((document) => (node ? portsOf(document, node).inputs.length : 0));
  const figures = useNodeFigures(id, node?.disabled === true);
  if (!node) return null;
  const failed = figures.state.status === 'failed';
  const footer = figures.step !== undefined && figures.step.status !== 'pending';
  return (
    <FlowCard
      id={id}
      kind={node.kind}
      title={renaming ? <RenameField id={id} title={titleOf(node)} /> : titleOf(node)}
      summary={summaryOf(node.kind, node.config)}
      labelledInputs={inputCount > 1}
      disabled={node.disabled === true}
      failed={failed}
      selected={selected}
      footed={footer}
    >
      <StepMark state={figures.state} />
      <Ports id={id} />
      {footer && figures.step && (
        <CardFooter
          step={figures.step}
          word={figures.state.word}
          stale={figures.stale}
          failed={failed}
          selected={selected}
        />
      )}
    </FlowCard>
  );
}

function Ports({ id }: { id: string }) {
  const { documents, view } = useEditor();
  const inputs = useDocument((document) => portNames(document, id, 'inputs'));
  const outputs = useDocument((document) => portNames(document, id, 'outputs'));
  const connecting = useConnection((connection) => connection.inProgress);
  const pickNext = (port: string, { clientX, clientY }: { clientX: number; clientY: number }) => {
    const node = nodeById(documents.getState().document, id);
    if (!node) return;
    const origin = { node: id, port };
    const at = { x: placeOf(node).x + stepX, y: placeOf(node).y };
    const target = { kind: 'wire-end', origin, side: 'source' } as const;
    view.setState({
      quickAdd: {
        target,
        screen: { x: clientX + 10, y: clientY },
        at: freePlace(documents.getState().document, at),
      },
    });
  };
  const draw = (text: string, type: 'target' | 'source') => {
    const ports = JSON.parse(text) as Port[];
    return ports.map((port, index) => (
      <Handle
        key={port.name}
        id={port.name}
        type={type}
        position={type === 'target' ? Position.Left : Position.Right}
        style={{ top: portTop(index, ports.length) }}
        className={cx('step-port', port.many && 'step-port-many', connecting && 'step-port-connecting')}
        aria-label={`${type === 'target' ? 'Input' : 'Output'} ${port.label}`}
        onClick={(event) => type === 'source' && pickNext(port.name, event)}
      >
        <span
          className={cx(
            'step-port-label',
            portLabelPlace(type, ports.length),
            ports.length > 1 && 'is-shown',
          )}
        >
          {port.label}
        </span>
      </Handle>
    ));
  };
  return (
    <>
      {draw(inputs, 'target')}
      {draw(outputs, 'source')}
    </>
  );
}

/** As text, so that the card is only drawn again when its ports really change. */
function portNames(document: Parameters<typeof portsOf>[0], id: string, side: 'inputs' | 'outputs'): string {
  const node = nodeById(document, id);
  return JSON.stringify(node ? portsOf(document, node)[side] : []);
}
