import { documentSchema, type PipelineDocument } from '../../../../shared/pipeline/document.ts';
import { newestBatch } from '../../../../shared/plan/received.ts';
import { GraphWriter } from '../graph-writer.ts';
import { type FindDataset, pathText } from '../operations/operation.ts';
import { type Operation, writeOperation } from '../operations/operations.ts';
import { defined } from '../operations/write.ts';
import { numbered } from '../transformations.ts';
import { type AddressNode, sinkAt, sourceAt } from './addresses.ts';
import { parseSteps, refused, type SinkForm, type SourceForm, type Step } from './steps.ts';

export interface StepsOptions {
  readonly name: string;
  readonly description?: string;
  readonly findDataset?: FindDataset;
}

/**
 * Steps as a document: a chain from left to right. One without a source or a sink is kept and says what it lacks when
 * it is started.
 * @throws SluiceError invalid_steps, as `parseSteps` does
 */
export function stepsToDocument(
  steps: unknown,
  { name, description, findDataset }: StepsOptions,
): PipelineDocument {
  const graph = new GraphWriter(undefined, [0, 0]);
  let checks = 0;
  parseSteps(steps).forEach((step, index) => {
    const refuse = (path: readonly (string | number)[], reason: string): never => {
      const field = pathText('', path);
      throw refused(`Step '${step.type}' field '${field}': ${reason}`, { step: step.type, index, field });
    };
    if (step.type !== 'transform') {
      const found =
        step.type === 'source' ? sourceNode(step.config, findDataset) : sinkNode(step.config, name);
      graph.add({
        id: step.type,
        ...(typeof found.node === 'string' ? refuse([found.field], found.node) : found.node),
      });
      return;
    }
    const { operation, ...form } = step.config;
    if (operation === 'validate') checks += 1;
    const context = {
      graph,
      id: `${operation}_${index + 1}`,
      findDataset: findDataset ?? (() => undefined),
      rejected: numbered(rejectedName(name), checks),
      nulls: undefined,
      refuse,
    };
    writeOperation(context, { name: operation, form } as Operation);
  });
  return documentSchema.parse(
    defined({ name, description, parameters: parametersOf(graph), nodes: graph.nodes, edges: graph.edges }),
  );
}

/** Where the rows that a check of a pipeline rejects go. */
export const rejectedName = (pipeline: string): string => `${pipeline.slice(0, 180)}.rejected`;

/** Each run says by it which batch of received records it reads; without a word the newest. */
const batchParameter = 'batch';

function parametersOf(graph: GraphWriter): PipelineDocument['parameters'] | undefined {
  if (!graph.nodes.some(({ kind }) => kind === 'received')) return undefined;
  return { [batchParameter]: { type: 'text', default: newestBatch } };
}

interface EndNode {
  readonly field: string;
  readonly node: AddressNode | string;
}

function sourceNode(form: SourceForm, findDataset: FindDataset | undefined): EndNode {
  const { path, url, dataset, received, datasource, table, query, format } = form;
  if (path !== undefined) return { field: 'path', node: sourceAt(path, { format, findDataset }) };
  if (url !== undefined) {
    const isWeb = /^https?:\/\//i.test(url);
    return {
      field: 'url',
      node: isWeb ? sourceAt(url, { format }) : `${url} must begin with https:// or http://`,
    };
  }
  if (dataset !== undefined) {
    const known = findDataset?.(dataset);
    const config = known ? defined({ name: known.name, version_id: known.versionId }) : { name: dataset };
    return { field: 'dataset', node: { kind: 'dataset', config } };
  }
  if (received !== undefined) {
    const config = { source: received, batch: `$${batchParameter}` };
    return { field: 'received', node: { kind: 'received', config } };
  }
  return {
    field: 'datasource',
    node: { kind: 'source-table', config: defined({ source: datasource, table, query }) },
  };
}

/** A database without a table means the one that is called like the pipeline. */
const sinkNode = ({ target, mode, format }: SinkForm, name: string): EndNode => ({
  field: 'target',
  node: sinkAt(target, { mode, format, table: name }),
});

/** What a pipeline of steps lacks to run, as a sentence; undefined where it is whole. */
export function missingParts(steps: readonly Step[]): string | undefined {
  const types = new Set(steps.map(({ type }) => type));
  const lacks = (['source', 'sink'] as const).filter((type) => !types.has(type));
  if (lacks.length === 0) return undefined;
  return `The pipeline has no step '${lacks.join("' and no step '")}'. Add it before you start the pipeline.`;
}
