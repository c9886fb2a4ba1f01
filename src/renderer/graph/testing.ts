import { emptyDocument, type PipelineDocument } from '../../shared/pipeline/document.ts';
import { type Added, addAfter, addNode, connect } from './edits.ts';
import { bestInput, firstOutput } from './ports.ts';

/** Documents for tests: orders -> filter -> sort, and products beside them. */
export function sampleDocument(): PipelineDocument {
  const orders = addNode(emptyDocument('Test'), { kind: 'csv-file', title: 'Orders', at: { x: 0, y: 0 } });
  const filter = addAfter(orders.document, 'filter', orders.id);
  const sort = addAfter(filter.document, 'sort', filter.id);
  return addNode(sort.document, { kind: 'csv-file', title: 'Products', at: { x: 0, y: 200 } }).document;
}

export function withJoin(): Added {
  const added = addAfter(sampleDocument(), 'join', 'sort');
  const from = firstOutput(added.document, 'products');
  const to = bestInput(added.document, added.id);
  return from && to ? { ...added, document: connect(added.document, from, to) } : added;
}
