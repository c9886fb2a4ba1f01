import { Handle, type Node, type NodeProps, Position, useConnection } from '@xyflow/react';
import { memo } from 'react';
import type { Port } from '../../../../nodes/_kit/define-node.ts';
import { cx } from '../../../ui/index.ts';
import { freePlace, nodeHeight, nodeWidth, placeOf, stepX } from '../graph/places.ts';
import { nodeById, portsOf, titleOf } from '../graph/ports.ts';
import { definitionOf } from '../kinds.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';
import { groupEdges, KindIcon } from './KindIcon.tsx';
import { RenameField } from './RenameField.tsx';
import { StepFooter } from './StepFooter.tsx';
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
  const definition = definitionOf(node.kind);
  const { status } = figures.state;
  const summary = definition
    ? summaryOf(definition.summary, node.config)
    : 'This kind of step is not known here.';
  const footer = figures.step !== undefined && figures.step.status !== 'pending';
  return (
    <div
      data-step={id}
      style={{ width: nodeWidth, height: nodeHeight }}
      className={cx(
        'step-card group/card relative flex items-center gap-2.5 border bg-raised pr-2.5',
        inputCount > 1 ? 'pl-11' : 'pl-3.5',
        ' transition-[box-shadow,border-color]',
        footer ? 'rounded-t-lg' : 'rounded-lg',
        status === 'failed' ? 'border-status-failed' : 'border-line-strong',
        selected && 'step-selected',
        node.disabled && 'border-dashed',
      )}
    >
      <span
        aria-hidden
        className={cx(
          'absolute inset-y-[-1px] left-[-1px] w-[3px]',
          footer ? 'rounded-tl-lg' : 'rounded-l-lg',
          status === 'failed' ? 'bg-status-failed' : definition ? groupEdges[definition.group] : 'bg-n8',
        )}
      />
      <span className={cx('contents', node.disabled && '*:opacity-50')}>
        <KindIcon kind={node.kind} />
        <span className="min-w-0 flex-1">
          {renaming ? (
            <RenameField id={id} title={titleOf(node)} />
          ) : (
            <span dir="auto" data-step-title className="block truncate leading-[18px] font-medium">
              {titleOf(node)}
            </span>
          )}
          <span
            dir="auto"
            className={cx('block truncate text-meta', summary ? 'text-muted' : 'text-faint italic')}
          >
            {summary || 'Not set up yet'}
          </span>
        </span>
      </span>
      <StepMark state={figures.state} />
      <Ports id={id} />
      {footer && figures.step && (
        <StepFooter figures={figures} step={figures.step} failed={status === 'failed'} selected={selected} />
      )}
    </div>
  );
}

function summaryOf(summary: (config: never) => string, config: Record<string, unknown>): string {
  try {
    return summary(config as never)
      .replace(/\s+/g, ' ')
      .slice(0, 200);
  } catch {
    // A config written by hand may hold anything; the form says what is wrong with it.
    return '';
  }
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
        style={{ top: ((index + 1) * nodeHeight) / (ports.length + 1) }}
        className={cx('step-port', port.many && 'step-port-many', connecting && 'step-port-connecting')}
        aria-label={`${type === 'target' ? 'Input' : 'Output'} ${port.label}`}
        onClick={(event) => type === 'source' && pickNext(port.name, event)}
      >
        <span
          className={cx('step-port-label', labelPlace(type, ports.length), ports.length > 1 && 'is-shown')}
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

/** Labels that always show stand inside the card, where no wire and no row count runs. */
function labelPlace(type: 'target' | 'source', count: number): string {
  if (count > 1) return type === 'target' ? 'left-full ml-0.5' : 'right-full mr-0.5';
  return type === 'target' ? 'right-full mr-1' : 'left-full ml-1';
}

/** As text, so that the card is only drawn again when its ports really change. */
function portNames(document: Parameters<typeof portsOf>[0], id: string, side: 'inputs' | 'outputs'): string {
  const node = nodeById(document, id);
  return JSON.stringify(node ? portsOf(document, node)[side] : []);
}
