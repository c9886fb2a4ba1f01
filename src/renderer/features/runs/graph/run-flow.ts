import { Position } from '@xyflow/react';
import type { RunStep } from '../../../../shared/contract/domain.ts';
import type { PipelineDocument, PipelineNode } from '../../../../shared/pipeline/document.ts';
import { portSize, portTop } from '../../../graph/FlowCard.tsx';
import { nodeHeight, nodeWidth, placeOf } from '../../../graph/places.ts';
import { type Ports, portsOf, rowsOfPort, titleOf, wiresOf } from '../../../graph/ports.ts';
import { statusLook } from '../../../ui/index.ts';
import { stepLook } from '../step/StepIcon.tsx';
import type { RunFlowNode } from './RunCard.tsx';
import type { RunFlowWire } from './RunWire.tsx';

/** How a node differs from the one of another run. */
export type CardChange = 'added' | 'removed' | 'changed';

export interface CardData extends Record<string, unknown> {
  readonly node: PipelineNode;
  readonly ports: Ports;
  readonly step: RunStep | undefined;
  readonly change: CardChange | undefined;
}

/** The cards. One that did not change is the same object as in `before`, so that it is not drawn again. */
export function flowNodes(
  document: PipelineDocument,
  steps: readonly RunStep[],
  focus: string | undefined,
  changes: ReadonlyMap<string, CardChange> | undefined,
  before: ReadonlyMap<string, RunFlowNode>,
): RunFlowNode[] {
  const known = new Map(steps.map((step) => [step.nodeId, step]));
  return document.nodes.map((node) => {
    const step = known.get(node.id);
    const change = changes?.get(node.id);
    const selected = node.id === focus;
    const old = before.get(node.id);
    if (
      old?.data.node === node &&
      old.data.step === step &&
      old.data.change === change &&
      old.selected === selected
    )
      return old;
    const ports = portsOf(document, node);
    return {
      id: node.id,
      type: 'step',
      position: placeOf(node),
      selected,
      ariaLabel: step ? `${titleOf(node)}, ${statusLook[stepLook(step)].word}` : titleOf(node),
      data: { node, ports, step, change },
      handles: handlesOf(ports),
      width: nodeWidth,
      height: nodeHeight,
      measured: { width: nodeWidth, height: nodeHeight },
    };
  });
}

/** Where the ports of a card lie. Told beforehand, so that cards out of view need not be drawn to be measured. */
function handlesOf({ inputs, outputs }: Ports): NonNullable<RunFlowNode['handles']> {
  const place = (index: number, count: number) => ({
    y: portTop(index, count) - portSize / 2,
    width: portSize,
    height: portSize,
  });
  return [
    ...inputs.map(({ name }, index) => ({
      id: name,
      type: 'target' as const,
      position: Position.Left,
      x: -portSize / 2,
      ...place(index, inputs.length),
    })),
    ...outputs.map(({ name }, index) => ({
      id: name,
      type: 'source' as const,
      position: Position.Right,
      x: nodeWidth - portSize / 2,
      ...place(index, outputs.length),
    })),
  ];
}

/** The wires, with the rows that went over them where the step before tells. */
export function flowWires(document: PipelineDocument, steps: readonly RunStep[]): RunFlowWire[] {
  const known = new Map(steps.map((step) => [step.nodeId, step]));
  const ports = new Map(document.nodes.map((node) => [node.id, portsOf(document, node).outputs]));
  const told = new Set<string>();
  return wiresOf(document).map((wire) => {
    const step = known.get(wire.from.node);
    // They stand at the port once, however many wires begin there.
    const port = `${wire.from.node} ${wire.from.port}`;
    const rows = told.has(port) ? null : rowsOfPort(step, ports.get(wire.from.node) ?? [], wire.from.port);
    told.add(port);
    return {
      id: wire.id,
      type: 'wire',
      source: wire.from.node,
      sourceHandle: wire.from.port,
      target: wire.to.node,
      targetHandle: wire.to.port,
      data: { rows, running: step?.status === 'running' },
    };
  });
}
