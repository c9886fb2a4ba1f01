import type { PipelineNode } from '../../../shared/pipeline/document.ts';
import type { Problem } from '../../../shared/pipeline/problem.ts';
import type { Transformation } from './transformations.ts';

type Path = readonly (string | number)[];

/**
 * Where in a list the cause of a compiler's problem stands: `[0, 'aggregations', 0, 'field']`.
 * @param nodes As `transformationNodes` wrote them for the list.
 * @returns undefined where the problem lies outside the list's nodes
 */
export function placeOfProblem(
  list: readonly Transformation[],
  nodes: readonly PipelineNode[],
  problem: Pick<Problem, 'nodeId' | 'path'>,
): Path | undefined {
  const node = nodes.find(({ id }) => id === problem.nodeId);
  const number = /^[a-z]+_(\d+)(?:_[a-z]+)?$/.exec(node?.id ?? '')?.[1];
  const index = Number(number) - 1;
  const transformation = list[index];
  if (!node || !transformation) return undefined;
  return [index, ...placeInForm(transformation, node, problem.path ?? [])];
}

/** A place in a node's config as the place in the form that it was made of; empty where only the form is known. */
function placeInForm(form: Transformation, { kind, config }: PipelineNode, path: Path): Path {
  const [part, at, inner] = path;
  switch (kind) {
    case 'filter':
      return typeof config.where === 'string' ? ['condition'] : path.slice(1);
    case 'derive':
      return ['fields', ...nameAt(config.columns, at, 'name')];
    case 'select':
      if (config.mode === 'remove') return at === undefined ? ['drop'] : ['drop', at];
      return ['rename', ...nameAt(config.columns, at, 'column')];
    case 'aggregate':
      return path.map((each) => (each === 'column' ? 'field' : each));
    case 'join':
      if (part === 'take') return at === undefined ? ['fields'] : ['fields', at];
      return part === 'keys' ? joinKey(form, config.keys, at) : path;
    case 'validate':
      return part === 'rules' && inner === 'column' ? ['rules', at ?? 0, 'field', ...path.slice(3)] : path;
    default:
      // What is joined with.
      return [];
  }
}

function joinKey(form: Transformation, keys: unknown, at: Path[number] | undefined): Path {
  const isList = form.type === 'join' && Array.isArray(form.on);
  if (at === undefined) return ['on'];
  return isList ? ['on', at] : ['on', ...nameAt(keys, at, 'left')];
}

function nameAt(list: unknown, at: Path[number] | undefined, key: string): string[] {
  const entry: unknown = Array.isArray(list) && typeof at === 'number' ? list[at] : undefined;
  if (typeof entry !== 'object' || entry === null) return [];
  return [String((entry as Record<string, unknown>)[key])];
}
