import {
  emptyDocument,
  type PipelineDocument,
  type PipelineNode,
} from '../../../../shared/pipeline/document.ts';

/** What transformations become: nodes after the one that reads the records. */
export interface TransformedNodes {
  readonly nodes: readonly PipelineNode[];
  readonly edges: PipelineDocument['edges'];
  /** The end of the chain: `node` or `node.port`. */
  readonly last: string;
  /** Where the next node may be drawn. */
  readonly end: readonly [number, number];
}

export const receivedNode = 'received';
export const savedNode = 'save';
export const startOfChain: readonly [number, number] = [280, 0];

/** Where rows that a validation rejects go. */
export const rejectedName = (source: string): string => `${source}.rejected`;

/**
 * The pipeline of a source: received records -> transformations -> the dataset of the source's name. Which batch is a
 * parameter, so all jobs of equal transformations share one document.
 */
export function ingestDocument(
  source: string,
  name: string,
  transformed: TransformedNodes,
): PipelineDocument {
  const { nodes, edges, last, end } = transformed;
  return {
    ...emptyDocument(name),
    description: `Processes the records that are sent to "${source}".`,
    parameters: {
      batch: {
        type: 'text',
        default: 'newest',
        description: 'Id of the received batch; newest: the last one.',
      },
    },
    nodes: [
      { id: receivedNode, kind: 'received', config: { source, batch: '$batch' }, at: [0, 0] },
      ...nodes,
      { id: savedNode, kind: 'save-dataset', config: { name: source, mode: 'replace' }, at: [...end] },
    ],
    edges: [...edges, { from: last, to: savedNode }],
  };
}

/** Whether a pipeline is the one that reads what is sent to a source. */
export const isPipelineOf = (source: string, { nodes }: PipelineDocument): boolean =>
  nodes.some(
    ({ kind, config }) => kind === 'received' && config.source === source && config.batch === '$batch',
  );
