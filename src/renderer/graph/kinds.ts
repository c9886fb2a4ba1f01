import type { NodeDefinition, NodeGroup } from '../../nodes/_kit/define-node.ts';
import { definitions } from '../../nodes/registry.gen.ts';

export const allKinds: readonly NodeDefinition[] = Object.values(definitions);

/** The definition of a kind, or undefined for a kind this version does not know. */
export function definitionOf(kind: string): NodeDefinition | undefined {
  return Object.hasOwn(definitions, kind) ? definitions[kind as keyof typeof definitions] : undefined;
}

export const groupTitles: Record<NodeGroup, string> = {
  sources: 'Sources',
  shape: 'Shape',
  combine: 'Combine',
  check: 'Check',
  code: 'Code',
  output: 'Output',
};

/** Kinds whose name, keywords or description hold every word of the search; best match first. */
export function searchKinds(kinds: readonly NodeDefinition[], search: string): readonly NodeDefinition[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return kinds;
  return kinds
    .map((kind) => ({ kind, score: scoreOf(kind, words) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .map(({ kind }) => kind);
}

function scoreOf(kind: NodeDefinition, words: readonly string[]): number {
  const title = kind.title.toLowerCase();
  const keywords = [kind.kind, ...kind.keywords].map((word) => word.toLowerCase());
  const description = kind.description.toLowerCase();
  let total = 0;
  for (const word of words) {
    if (title.startsWith(word)) total += 8;
    else if (title.includes(word)) total += 5;
    else if (keywords.some((keyword) => keyword.startsWith(word))) total += 4;
    else if (keywords.some((keyword) => keyword.includes(word))) total += 2;
    else if (description.includes(word)) total += 1;
    else return 0;
  }
  return total;
}
