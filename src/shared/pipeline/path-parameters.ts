import type { ParameterValues, PipelineDocument } from './document.ts';

/**
 * The document with the parameters in its file paths replaced: `$file`, `in/$day.csv`. Only names that the document
 * declares are parameters there; any other `$` is part of the name of a file. A path stays as it is where a value is
 * missing, so that the one who reads it sees what was meant.
 *
 * What comes out is a path like any other: whether it may be used is asked after this.
 */
export function withPathParameters(document: PipelineDocument, values: ParameterValues): PipelineDocument {
  const { parameters } = document;
  if (!document.nodes.some(({ config }) => typeof config.path === 'string' && config.path.includes('$')))
    return document;
  const textOf = (name: string): string | undefined => {
    if (!Object.hasOwn(parameters, name)) return undefined;
    const value = Object.hasOwn(values, name) ? values[name] : parameters[name]?.default;
    return value === undefined || value === '' ? undefined : String(value);
  };
  const filled = (path: string): string =>
    path.replace(/\$([a-z_][a-z0-9_]*)/gi, (whole, name: string) => textOf(name) ?? whole);
  return {
    ...document,
    nodes: document.nodes.map((node) =>
      typeof node.config.path === 'string'
        ? { ...node, config: { ...node.config, path: filled(node.config.path) } }
        : node,
    ),
  };
}
