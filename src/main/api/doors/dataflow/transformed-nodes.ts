import {
  parseTransformations,
  type Transformation,
  transformationNodes,
} from '../../transformations/index.ts';
import { receivedNode, rejectedName, startOfChain, type TransformedNodes } from './ingest-document.ts';

export type FindDataset = (id: string) => { readonly name: string; readonly versionId?: string } | undefined;

/** Transformations as nodes after the received records. Throws invalid_transformation with the place of the fault. */
export function transformedNodes(value: unknown, source: string, findDataset: FindDataset): TransformedNodes {
  return nodesOfList(parseTransformations(value), source, findDataset);
}

export function nodesOfList(
  list: readonly Transformation[],
  source: string,
  findDataset: FindDataset,
): TransformedNodes {
  return transformationNodes(list, {
    after: receivedNode,
    at: [...startOfChain],
    rejected: rejectedName(source),
    findDataset,
  });
}
