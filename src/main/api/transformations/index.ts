/** Transformations of door 1 and steps of door 2: what they may hold, and the graphs that they mean. */
export { checkFields } from './check-fields.ts';
export { type FindDataset, refuseAt } from './operations/operation.ts';
export { placeOfProblem } from './place-problem.ts';
export { addressNodes, sinkAt, sourceAt, withSource } from './steps/addresses.ts';
export { documentToSteps } from './steps/from-document.ts';
export { parseSteps, type Step, stepsSchema, takenSteps } from './steps/steps.ts';
export { missingParts, stepsToDocument } from './steps/to-document.ts';
export {
  type GraphPart,
  parseTransformations,
  type Transformation,
  transformationNodes,
  transformationsSchema,
} from './transformations.ts';
