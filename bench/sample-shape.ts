import type { PipelineDocument } from '../src/shared/pipeline/document.ts';
import type { OrderFiles } from './orders.ts';

/** Read, filter, derive twice, join, aggregate, write Parquet: the shape of the first sample. */
export function shapeDocument(): PipelineDocument {
  return {
    schema: 1,
    name: 'Bench',
    parameters: {},
    nodes: [
      { id: 'orders', kind: 'csv-file', config: { path: 'orders.csv' } },
      { id: 'kept', kind: 'filter', config: { where: "status <> 'returned'" } },
      {
        id: 'priced',
        kind: 'derive',
        config: {
          columns: [
            { name: 'revenue', expression: 'quantity * price' },
            { name: 'month', expression: "date_trunc('month', ordered_at)" },
          ],
        },
      },
      { id: 'customers', kind: 'csv-file', config: { path: 'customers.csv' } },
      {
        id: 'joined',
        kind: 'join',
        config: { how: 'inner', keys: [{ left: 'customer_id', right: 'customer_id' }] },
      },
      {
        id: 'summed',
        kind: 'aggregate',
        config: {
          group_by: ['region', 'month'],
          aggregations: [
            { function: 'count', as: 'orders' },
            { function: 'sum', column: 'revenue', as: 'revenue' },
          ],
        },
      },
      { id: 'written', kind: 'write-file', config: { path: 'out.parquet', format: 'parquet' } },
    ],
    edges: [
      { from: 'orders', to: 'kept' },
      { from: 'kept', to: 'priced' },
      { from: 'priced', to: 'joined.left' },
      { from: 'customers', to: 'joined.right' },
      { from: 'joined', to: 'summed' },
      { from: 'summed', to: 'written' },
    ],
  };
}

/** The same by hand: one statement, as somebody who knows DuckDB would write it. */
export function shapeSql(files: OrderFiles, target: string): string {
  return `COPY (
    SELECT c.region, date_trunc('month', o.ordered_at) AS month, count(*) AS orders, sum(o.quantity * o.price) AS revenue
    FROM read_csv('${files.orders}') o JOIN read_csv('${files.customers}') c ON o.customer_id = c.customer_id
    WHERE o.status <> 'returned'
    GROUP BY ALL
  ) TO '${target}' (FORMAT parquet)`;
}
