export { compileGraph } from './compile-graph.ts';
export {
  type CompiledGraph,
  type CompiledNode,
  type CompileInputs,
  type KindRegistry,
  type PortRef,
  portKey,
  tableName,
} from './compiled-graph.ts';
export { type CopyOptions, dialect } from './dialect.ts';
export { documentFromText, documentToText } from './document-text.ts';
export { explainError, readEngineError } from './engine-error.ts';
export { type LocatedError, locateError } from './locate-error.ts';
export type { BoundParameter, BoundParameters, Oracle } from './oracle.ts';
export { type CsvShape, sniffCsv } from './read-csv.ts';
export {
  type Materialised,
  type RenderedQuery,
  renderQuery,
  sharedPorts,
  upstreamPorts,
} from './render-query.ts';
