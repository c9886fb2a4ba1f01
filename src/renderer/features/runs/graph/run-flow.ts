import type { RunStep } from '../../../../shared/contract/domain.ts';
import type { PipelineDocument, PipelineNode } from '../../../../shared/pipeline/document.ts';
import { nodeHeight, nodeWidth, placeOf } from '../../../graph/places.ts';
import { type Ports, portsOf, titleOf, wiresOf } from '../../../graph/ports.ts';
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
    return {
      id: node.id,
      type: 'step',
      position: placeOf(node),
      selected,
      ariaLabel: step ? `${titleOf(node)}, ${statusLook[stepLook(step)].word}` : titleOf(node),
      data: { node, ports: portsOf(document, node), step, change },
      width: nodeWidth,
      height: nodeHeight,
      measured: { width: nodeWidth, height: nodeHeight },
    };
  });
}

/** The wires, with the rows that went over them where the step before tells. */
export function flowWires(document: PipelineDocument, steps: readonly RunStep[]): RunFlowWire[] {
  const known = new Map(steps.map((step) => [step.nodeId, step]));
  const ports = new Map(document.nodes.map((node) => [node.id, portsOf(document, node).outputs]));
  const told = new Set<string>();
  return wiresOf(document).map((wire) => {
    const step = known.get(wire.from.node);
    // A step tells the rows of its first output; they stand at its port once, however many wires begin there.
    const first = ports.get(wire.from.node)?.[0]?.name === wire.from.port && !told.has(wire.from.node);
    if (first) told.add(wire.from.node);
    return {
      id: wire.id,
      type: 'wire',
      source: wire.from.node,
      sourceHandle: wire.from.port,
      target: wire.to.node,
      targetHandle: wire.to.port,
      data: { rows: first ? (step?.rows ?? null) : null, running: step?.status === 'running' },
    };
  });
}
