import { definitionOf } from '../../../nodes/_kit/registry.ts';
import type { PipelineDocument, PipelineNode } from '../../../shared/pipeline/document.ts';

type Edge = PipelineDocument['edges'][number];

/** The step of the canvas' grid of nodes, in pixels. */
const stepX = 288;
const stepY = 112;

export interface NewNode {
  readonly id: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly title?: string;
}

/** A piece of graph as it is written: a chain from left to right, with what feeds or leaves it below. */
export class GraphWriter {
  readonly nodes: PipelineNode[] = [];
  readonly edges: Edge[] = [];
  /** The port at the end of the chain; undefined while nothing stands there. */
  last: string | undefined;
  #x: number;
  readonly #y: number;

  constructor(after: string | undefined, [x, y]: readonly [number, number]) {
    this.last = after;
    this.#x = x;
    this.#y = y;
  }

  /** Where the next node of the chain will stand. */
  get next(): [number, number] {
    return [this.#x, this.#y];
  }

  /** Puts a node at the end of the chain, wired to it by `into`. Answers its id. */
  add(node: NewNode, into = 'in'): string {
    this.#put(node, [this.#x, this.#y]);
    if (this.last !== undefined) this.wire(this.last, `${node.id}.${into}`);
    this.last = node.id;
    this.#x += stepX;
    return node.id;
  }

  /** Puts a node below the chain, in the column where the chain goes on; `columns` further right. */
  beside(node: NewNode, columns = 0): string {
    this.#put(node, [this.#x + columns * stepX, this.#y + stepY]);
    return node.id;
  }

  /** Leaves columns of the chain free, so that what stands below is left of what it feeds. */
  skip(columns: number): void {
    this.#x += columns * stepX;
  }

  wire(from: string, to: string): void {
    this.edges.push({ from, to });
  }

  #put({ id, kind, config, title }: NewNode, wish: readonly [number, number]): void {
    const at: [number, number] = [...wish];
    while (this.nodes.some((node) => node.at?.[0] === at[0] && node.at[1] === at[1])) at[1] += stepY;
    const version = definitionOf(kind)?.version;
    this.nodes.push({
      id,
      kind,
      ...(version === undefined ? {} : { v: version }),
      ...(title === undefined ? {} : { title }),
      config: { ...config },
      at,
    });
  }
}
