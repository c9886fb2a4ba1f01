import { definitionOf } from '../../../../nodes/_kit/registry.ts';
import type { PipelineDocument, PipelineNode } from '../../../../shared/pipeline/document.ts';
import { type Wire, wiresOf } from '../../../../shared/pipeline/graph.ts';

/** A node of a chain, with what hangs on it aside: the rows that it rejects, or what it joins with. */
export interface ChainNode {
  readonly node: PipelineNode;
  readonly rejected?: PipelineNode;
  readonly reference?: { readonly source: PipelineNode; readonly fields?: PipelineNode };
}

/** A graph that is one chain, from its start to its end; undefined for any other. */
export function readChain(document: PipelineDocument): ChainNode[] | undefined {
  if (document.nodes.length === 0 || !document.nodes.every(isPlain)) return undefined;
  const reader = new ChainReader(document);
  return reader.read();
}

/** A step cannot say that it is switched off or tried again. */
const isPlain = ({ kind, disabled, retry, timeout }: PipelineNode): boolean =>
  definitionOf(kind) !== undefined && !disabled && retry === undefined && timeout === undefined;

class ChainReader {
  readonly #document: PipelineDocument;
  readonly #wires: readonly Wire[];
  readonly #byId: ReadonlyMap<string, PipelineNode>;
  readonly #used = new Set<string>();

  constructor(document: PipelineDocument) {
    this.#document = document;
    this.#wires = wiresOf(document, definitionOf);
    this.#byId = new Map(document.nodes.map((node) => [node.id, node]));
  }

  read(): ChainNode[] | undefined {
    const { nodes, edges } = this.#document;
    if (this.#wires.length !== edges.length || this.#byId.size !== nodes.length) return undefined;
    const chain: ChainNode[] = [];
    for (let node = this.#start(); node; node = this.#next(node)) {
      if (this.#used.has(node.id)) return undefined;
      this.#used.add(node.id);
      const link = this.#withSides(node);
      if (!link) return undefined;
      chain.push(link);
    }
    return this.#used.size === nodes.length ? chain : undefined;
  }

  /** The one node that no wire leads to, but for those on the right of joins. */
  #start(): PipelineNode | undefined {
    const references = new Set(
      this.#wires.filter(({ to }) => to.port === 'right').flatMap(({ from }) => this.#above(from.node)),
    );
    const starts = this.#document.nodes.filter(
      ({ id }) => !references.has(id) && !this.#wires.some(({ to }) => to.node === id && to.port !== 'right'),
    );
    return starts.length === 1 ? starts[0] : undefined;
  }

  /** A node and those that feed it. */
  #above(id: string, seen: readonly string[] = []): string[] {
    if (seen.includes(id)) return [];
    const before = this.#wires.filter(({ to }) => to.node === id);
    return [id, ...before.flatMap(({ from }) => this.#above(from.node, [...seen, id]))];
  }

  #next({ id }: PipelineNode): PipelineNode | undefined {
    const onward = this.#wires.filter(({ from }) => from.node === id && from.port === 'out');
    const [wire, another] = onward;
    return wire && !another && wire.to.port !== 'right' ? this.#byId.get(wire.to.node) : undefined;
  }

  #withSides(node: PipelineNode): ChainNode | undefined {
    const aside = this.#wires.filter(({ from }) => from.node === node.id && from.port === 'rejected');
    const right = this.#wires.find(({ to }) => to.node === node.id && to.port === 'right');
    if (aside.length > 1) return undefined;
    const rejected = aside[0] && this.#byId.get(aside[0].to.node);
    if (rejected) this.#used.add(rejected.id);
    const reference = right && this.#reference(right.from.node);
    if (right && !reference) return undefined;
    return { node, ...(rejected ? { rejected } : {}), ...(reference ? { reference } : {}) };
  }

  /** A source, or a source and the choice of its fields. */
  #reference(id: string): ChainNode['reference'] {
    const last = this.#byId.get(id);
    const above = this.#wires.filter(({ to }) => to.node === id);
    if (!last || !this.#readOnce(id)) return undefined;
    this.#used.add(id);
    if (above.length === 0) return { source: last };
    const [wire, another] = above;
    const source = wire && this.#byId.get(wire.from.node);
    if (!source || another || !this.#readOnce(source.id)) return undefined;
    if (this.#wires.some(({ to }) => to.node === source.id)) return undefined;
    this.#used.add(source.id);
    return { source, fields: last };
  }

  #readOnce(id: string): boolean {
    return this.#wires.filter(({ from }) => from.node === id).length === 1;
  }
}
