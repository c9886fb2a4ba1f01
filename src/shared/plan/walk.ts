import { unreachable } from '../kernel/assert.ts';
import type { FileRef, NamedScalar, NodePlan, Relation, Scalar } from './relation.ts';

/** The relations directly inside a relation. */
export function relationsIn(relation: Relation): readonly Relation[] {
  switch (relation.rel) {
    case 'input':
    case 'own':
    case 'read-csv':
    case 'read-json':
    case 'read-parquet':
    case 'read-dataset':
    case 'read-received':
    case 'values':
      return [];
    case 'join':
      return [relation.left, relation.right];
    case 'union':
      return relation.inputs;
    case 'sql':
      return Object.values(relation.tables);
    default:
      return [relation.input];
  }
}

/** The scalars directly inside a relation. */
export function scalarsIn(relation: Relation): readonly Scalar[] {
  const values = (columns: readonly NamedScalar[]) => columns.map((column) => column.value);
  switch (relation.rel) {
    case 'filter':
      return [relation.where];
    case 'project':
    case 'extend':
      return values(relation.columns);
    case 'join':
      return [...(relation.on ? [relation.on] : []), ...values(relation.columns)];
    case 'aggregate':
      return [...values(relation.groups), ...values(relation.aggregates)];
    case 'sort':
      return relation.keys.map((key) => key.value);
    case 'dedupe':
      return [...relation.keys, ...relation.order.map((key) => key.value)];
    default:
      return [];
  }
}

/** The scalars directly inside a scalar. */
export function scalarsOf(scalar: Scalar): readonly Scalar[] {
  switch (scalar.op) {
    case 'column':
    case 'literal':
    case 'expression':
    case 'row-number':
      return [];
    case 'call':
      return scalar.args;
    case 'compare':
      return [scalar.left, scalar.right];
    case 'all':
    case 'any':
    case 'list':
      return scalar.of;
    case 'lambda':
      return [scalar.body];
    case 'not':
    case 'is-null':
    case 'cast':
      return [scalar.of];
    case 'in':
      return [scalar.value, ...scalar.options];
    case 'case':
      return [...scalar.when.flatMap((part) => [part.if, part.then]), scalar.otherwise];
    default:
      return unreachable(scalar, 'scalar');
  }
}

/** Every relation of a tree, the innermost first. */
export function* walkRelations(relation: Relation): Generator<Relation> {
  for (const inner of relationsIn(relation)) yield* walkRelations(inner);
  yield relation;
}

/** Every scalar of a tree, the innermost first. */
export function* walkScalars(scalar: Scalar): Generator<Scalar> {
  for (const inner of scalarsOf(scalar)) yield* walkScalars(inner);
  yield scalar;
}

/** The roots of a plan: its outputs and its sink's rows. One relation may be the root of several. */
export function planRoots(plan: NodePlan): readonly Relation[] {
  return [...Object.values(plan.outputs), ...(plan.sink ? [plan.sink.input] : [])];
}

/** Every relation of a plan, each once, the innermost first. */
export function planRelations(plan: NodePlan): readonly Relation[] {
  return [...new Set(planRoots(plan).flatMap((root) => [...walkRelations(root)]))];
}

export type ExpressionScalar = Extract<Scalar, { op: 'expression' }>;

/** The texts that users wrote, with the relation each stands in. */
export function planExpressions(plan: NodePlan): readonly { scalar: ExpressionScalar; relation: Relation }[] {
  return planRelations(plan).flatMap((relation) =>
    scalarsIn(relation)
      .flatMap((scalar) => [...walkScalars(scalar)])
      .filter((scalar) => scalar.op === 'expression')
      .map((scalar) => ({ scalar, relation })),
  );
}

/** Files that a plan reads. */
export function planFiles(plan: NodePlan): readonly FileRef[] {
  return planRelations(plan).flatMap((relation) => ('file' in relation ? [relation.file] : []));
}

export type DatasetRelation = Extract<Relation, { rel: 'read-dataset' }>;

export type ReceivedRelation = Extract<Relation, { rel: 'read-received' }>;

/** Received records that a plan reads. */
export function planReceived(plan: NodePlan): readonly ReceivedRelation[] {
  return planRelations(plan).filter((relation) => relation.rel === 'read-received');
}

/** Datasets that a plan reads. */
export function planDatasets(plan: NodePlan): readonly DatasetRelation[] {
  return planRelations(plan).filter((relation) => relation.rel === 'read-dataset');
}
