import { type PipelineDocument, parseEndpoint } from '../../../../shared/pipeline/document.ts';

/** The stack of tasks that are steps of ours, whatever their kind. */
const ownStack = 'sluice:1';

/**
 * Any pipeline as a workflow: each step is a task with what it holds and its wires, so that what is told can be sent
 * back, changed or not, and gives the same graph.
 */
export function toldWorkflow(document: PipelineDocument): Record<string, unknown> {
  const { schedule, parameters, retry, timeout, concurrency, lateAfter, nodes, edges } = document;
  return {
    ...(schedule && { schedule }),
    dag: nodes.map(({ id, ...node }) => {
      const wires = edges.filter(({ to }) => parseEndpoint(to).node === id);
      const dependencies = [...new Set(wires.map(({ from }) => parseEndpoint(from).node))];
      return {
        name: id,
        ...(dependencies.length > 0 && { dependencies }),
        spec: { stack: ownStack, stackSpec: { node, ...(wires.length > 0 && { wires: wires.map(toWire) }) } },
      };
    }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(retry && { retry }),
    ...(timeout !== undefined && { timeout }),
    ...(concurrency && { concurrency }),
    ...(lateAfter !== undefined && { lateAfter }),
  };
}

function toWire({ from, to }: { from: string; to: string }) {
  const { port } = parseEndpoint(to);
  return { from, ...(port !== undefined && { to: port }) };
}
