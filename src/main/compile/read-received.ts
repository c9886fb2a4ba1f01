import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { ReadyBatch } from '../../shared/plan/ready-batch.ts';
import { newestBatch, receivedKey } from '../../shared/plan/received.ts';
import type { NodePlan } from '../../shared/plan/relation.ts';
import { planReceived, type ReceivedRelation } from '../../shared/plan/walk.ts';
import type { CompileInputs } from './compiled-graph.ts';
import { dialect } from './dialect.ts';
import type { BoundParameter, BoundParameters } from './oracle.ts';
import type { Leaf } from './print-relation.ts';

/** The batch that a relation names; undefined where there is none. */
export function batchOf(
  { source, batch }: ReceivedRelation,
  received: Readonly<Record<string, ReadyBatch>>,
): ReadyBatch | undefined {
  const key = receivedKey(source, batch);
  return Object.hasOwn(received, key) ? received[key] : undefined;
}

/** The parameter that carries a small batch. */
export const batchParameter = (nodeId: string): string => `sluice_batch_${nodeId}`;

/** The small batches that nodes read, as the parameters that carry them. */
export function boundBatches(
  nodes: readonly { readonly nodeId: string; readonly plan: NodePlan | undefined }[],
  received: CompileInputs['received'] = {},
): BoundParameters {
  const bound: Record<string, BoundParameter> = {};
  for (const { nodeId, plan } of nodes) {
    for (const relation of plan ? planReceived(plan) : []) {
      const source = batchOf(relation, received)?.source;
      if (source && 'text' in source) bound[batchParameter(nodeId)] = { type: 'VARCHAR', value: source.text };
    }
  }
  return bound;
}

/** What stands for the batches that are read from files, for digests. */
export function largeBatches(plan: NodePlan, received: CompileInputs['received'] = {}): string[] {
  return planReceived(plan).flatMap((relation) => {
    const batch = batchOf(relation, received);
    return batch && 'path' in batch.source ? [`batch:${batch.batchId}`] : [];
  });
}

/** Records as rows. The same text for every small batch of the same columns: its rows are a parameter's value. */
export function receivedLeaf(nodeId: string, { source, columns }: ReadyBatch): Leaf {
  const rows =
    'text' in source
      ? `(SELECT unnest(${parameterRecords(nodeId, columns)}) AS record)`
      : `${fileRecords(source, columns)} AS record`;
  const list = columns.map(({ name, type, field, readAs }) => {
    const value = `record.${dialect.identifier(field)}`;
    return `${type === readAs ? value : `CAST(${value} AS ${dialect.type(type)})`} AS ${dialect.identifier(name)}`;
  });
  return { sql: `(SELECT ${list.join(', ')} FROM ${rows})`, names: columns.map(({ name }) => name) };
}

function parameterRecords(nodeId: string, columns: ReadyBatch['columns']): string {
  const fields = columns.map(({ field, readAs }) => [field, jsonType(readAs)]);
  const structure = dialect.text(JSON.stringify([Object.fromEntries(fields)]));
  return `from_json(CAST(${dialect.parameter(batchParameter(nodeId))} AS VARCHAR), ${structure})`;
}

/** The structure of `from_json` names a list by an array. */
const jsonType = (type: string): string | string[] => (type.endsWith('[]') ? [type.slice(0, -2)] : type);

/** DuckDB's own limit of an object's size. */
const usualObjectBytes = 16_777_216;

function fileRecords(
  { path, longestLine }: { path: string; longestLine: number },
  columns: ReadyBatch['columns'],
): string {
  // A character has up to three bytes here.
  const longest = longestLine * 3 + 1;
  return dialect.tableFunction('read_json', dialect.text(path), {
    format: dialect.text('newline_delimited'),
    auto_detect: 'false',
    // Else a single column would be taken for what stands at the top of a line.
    records: 'true',
    columns: dialect.textStruct(columns.map(({ field, readAs }) => [field, readAs] as const)),
    maximum_object_size: longest > usualObjectBytes ? String(longest) : undefined,
    hive_partitioning: 'false',
  });
}

export function noBatch({ source, batch }: ReceivedRelation): SluiceError {
  const reason =
    batch === newestBatch || batch.startsWith('$')
      ? `Nothing was received from "${source}" yet, or retention has removed it. Send records to it first.`
      : `The received records ${batch} of "${source}" are not there any more: retention removed them with their run.`;
  return new SluiceError('invalid_input', { reason });
}
