import type { ELK, ElkNode } from 'elkjs/lib/elk-api.js';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import { grid, nodeHeight, nodeWidth, type Point, placeOf } from './places.ts';
import { nodeById, portsOf, wiresOf } from './ports.ts';

/** What elk is asked: nodes with their ports in order, so that crossings are judged where wires really end. */
export function layoutGraph(document: PipelineDocument, only?: ReadonlySet<string>): ElkNode {
  const nodes = document.nodes.filter((node) => !only || only.has(node.id));
  const inside = new Set(nodes.map((node) => node.id));
  return {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.spacing.nodeNode': '52',
      'elk.layered.spacing.nodeNodeBetweenLayers': '72',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.separateConnectedComponents': 'true',
      'elk.spacing.componentComponent': '64',
    },
    children: nodes.map((node) => {
      const ports = portsOf(document, node);
      const port = (side: 'WEST' | 'EAST', name: string, index: number, count: number) => ({
        id: `${node.id}.${side}.${name}`,
        width: 1,
        height: 1,
        x: side === 'WEST' ? 0 : nodeWidth,
        y: ((index + 1) * nodeHeight) / (count + 1),
        layoutOptions: { 'elk.port.side': side },
      });
      return {
        id: node.id,
        width: nodeWidth,
        height: nodeHeight,
        layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
        ports: [
          ...ports.inputs.map(({ name }, index) => port('WEST', name, index, ports.inputs.length)),
          ...ports.outputs.map(({ name }, index) => port('EAST', name, index, ports.outputs.length)),
        ],
      };
    }),
    edges: wiresOf(document)
      .filter((wire) => inside.has(wire.from.node) && inside.has(wire.to.node))
      .map((wire) => ({
        id: wire.id,
        sources: [`${wire.from.node}.EAST.${wire.from.port}`],
        targets: [`${wire.to.node}.WEST.${wire.to.port}`],
      })),
  };
}

/** Places from elk's answer, on the grid; the top left of what was arranged stays where it was. */
export function placesFrom(document: PipelineDocument, arranged: ElkNode): Map<string, Point> {
  const children = arranged.children ?? [];
  const before = children.flatMap(({ id }) => {
    const node = nodeById(document, id);
    return node ? [placeOf(node)] : [];
  });
  const left =
    Math.min(...before.map((place) => place.x)) - Math.min(...children.map((child) => child.x ?? 0));
  const top =
    Math.min(...before.map((place) => place.y)) - Math.min(...children.map((child) => child.y ?? 0));
  const near = (value: number) => Math.round(value / grid) * grid;
  return new Map(children.map(({ id, x = 0, y = 0 }) => [id, { x: near(x + left), y: near(y + top) }]));
}

let engine: Promise<ELK> | undefined;

/** Loaded at the first use, in a worker so that a large graph does not stop the window. */
function loadElk(): Promise<ELK> {
  engine ??= Promise.all([import('elkjs/lib/elk-api.js'), import('elkjs/lib/elk-worker.min.js?worker')]).then(
    ([api, worker]) => new api.default({ workerFactory: () => new worker.default() }),
  );
  return engine;
}

export async function arrange(
  document: PipelineDocument,
  only?: ReadonlySet<string>,
): Promise<Map<string, Point>> {
  if (document.nodes.length === 0) return new Map();
  const elk = await loadElk();
  return placesFrom(document, await elk.layout(layoutGraph(document, only)));
}
