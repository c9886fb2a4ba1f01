import { z } from 'zod';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import { isPlainObject } from '../../../shared/kernel/json.ts';
import { nearest } from '../../../shared/kernel/nearest.ts';
import type { PipelineDocument, PipelineNode } from '../../../shared/pipeline/document.ts';
import { formFault } from './form-fault.ts';
import { GraphWriter } from './graph-writer.ts';
import { type FindDataset, refuseAt } from './operations/operation.ts';
import {
  formOf,
  type Operation,
  type OperationForms,
  parameterWords,
  writeOperation,
} from './operations/operations.ts';

export const transformationTypes = ['filter', 'map', 'aggregate', 'join', 'validate'] as const;
export type TransformationType = (typeof transformationTypes)[number];

/** One entry of a `transformations` list, checked. */
export type Transformation = {
  [Type in TransformationType]: { readonly type: Type } & OperationForms[Type];
}[TransformationType];

/** At most so many in one list: each is a step of a graph that a person can open. */
const most = 100;

const typed = <Type extends TransformationType>(type: Type) =>
  z
    .strictObject({ type: z.literal(type), ...formOf(type).shape })
    .meta({ ...formOf(type).meta(), title: type });

/** The list as API documents describe it. What one parameter demands of another is `parseTransformations`'s to say. */
export const transformationsSchema = z
  .array(
    z.discriminatedUnion('type', [
      typed('filter'),
      typed('map'),
      typed('aggregate'),
      typed('join'),
      typed('validate'),
    ]),
  )
  .max(most)
  .meta({ description: 'Applied to the records in this order. See docs/api/transformations.md.' });

/**
 * A `transformations` list as it came, checked.
 * @param at Where the list stands in the request; paths in errors begin with it.
 * @throws SluiceError invalid_transformation with `path` (`transformations[1].aggregations[0].function`) and `reason`
 */
export function parseTransformations(value: unknown, at = 'transformations'): Transformation[] {
  if (!Array.isArray(value)) return refuseAt(at, [], 'A list of transformations is needed here.');
  if (value.length > most) return refuseAt(at, [], `At most ${most} transformations can be applied.`);
  return value.map((entry: unknown, index) => parseOne(entry, at, index));
}

function parseOne(entry: unknown, at: string, index: number): Transformation {
  if (!isPlainObject(entry)) return refuseAt(at, [index], 'Each transformation is an object with a type.');
  const { type, ...parameters } = entry;
  if (!isType(type)) return refuseAt(at, [index, 'type'], unknownType(type));
  const parsed = formOf(type).safeParse(parameters);
  if (parsed.success) return { type, ...parsed.data } as Transformation;
  const { path, reason } = formFault(parsed.error, parameters, parameterWords);
  return refuseAt(at, [index, ...path], reason);
}

const isType = (type: unknown): type is TransformationType =>
  transformationTypes.some((known) => known === type);

function unknownType(type: unknown): string {
  const possible = `Possible: ${transformationTypes.join(', ')}.`;
  if (type === undefined) return `The type is missing. ${possible}`;
  const [near] = typeof type === 'string' ? nearest(type, transformationTypes, 1) : [];
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return `${JSON.stringify(type).slice(0, 60)} is no transformation.${hint} ${possible}`;
}

export interface TransformationOptions {
  /** The port whose rows are transformed: `received` or `split.out`. */
  readonly after: string;
  /** Place of the first node on the canvas, in pixels. */
  readonly at?: readonly [number, number];
  /** Dataset of the rows that a `validate` rejects, where it names none itself. A second one gets ` 2` at its end. */
  readonly rejected?: string;
  readonly findDataset?: FindDataset;
  /** What begins the paths in errors. */
  readonly path?: string;
}

export interface GraphPart {
  readonly nodes: PipelineNode[];
  readonly edges: PipelineDocument['edges'];
  /** The port at its end; `after` for an empty list. */
  readonly last: string;
  /** Place for the node that follows. */
  readonly end: [number, number];
}

/** Transformations as a piece of graph behind a port. Equal lists give equal pieces. */
export function transformationNodes(
  list: readonly Transformation[],
  options: TransformationOptions,
): GraphPart {
  const { after, at = [288, 0], rejected, findDataset = () => undefined, path = 'transformations' } = options;
  const graph = new GraphWriter(after, at);
  let checks = 0;
  list.forEach((transformation, index) => {
    const { type, ...form } = transformation;
    if (type === 'validate') checks += 1;
    writeOperation(
      {
        graph,
        id: `${type}_${index + 1}`,
        findDataset,
        rejected: numbered(rejected, checks),
        nulls: 'null',
        refuse: (inner, reason) => refuseAt(path, [index, ...inner], reason),
      },
      { name: type, form } as Operation,
    );
  });
  if (graph.last === undefined) throw new SluiceError('internal');
  return { nodes: graph.nodes, edges: graph.edges, last: graph.last, end: graph.next };
}

/** The name for the n-th check: two sinks of one run cannot publish the same dataset. */
export const numbered = (name: string | undefined, count: number): string | undefined =>
  name === undefined || count < 2 ? name : `${name} ${count}`;
