import type { PipelineNode } from './document.ts';
import type { Problem } from './problem.ts';

/** What an upgrade needs to know of a kind. */
export interface VersionedKind {
  readonly title: string;
  readonly version: number;
  readonly upgrades?: Readonly<Record<number, (config: Record<string, unknown>) => Record<string, unknown>>>;
}

export type UpgradedConfig =
  | { readonly config: Record<string, unknown>; readonly problem?: undefined }
  | { readonly config?: undefined; readonly problem: Problem };

/**
 * A node's config in the version that this program knows. An older one is upgraded step by step, a newer one is
 * refused by name, and the document itself is never changed.
 */
export function upgradeConfig(node: PipelineNode, kind: VersionedKind): UpgradedConfig {
  const written = node.v ?? kind.version;
  if (written > kind.version) {
    const message = `This ${kind.title} step was saved by a newer version of Sluice (its settings are version ${written}; this one knows ${kind.version}). Update Sluice to use it.`;
    return { problem: { code: 'newer_config', severity: 'error', nodeId: node.id, message } };
  }
  let config: Record<string, unknown> = { ...node.config };
  for (let version = written; version < kind.version; version += 1) {
    const step = kind.upgrades?.[version];
    if (step) config = step(config);
  }
  return { config };
}

export function unknownKind(node: PipelineNode, known: readonly string[]): Problem {
  const near = known.find((kind) => kind.startsWith(node.kind) || node.kind.startsWith(kind));
  const hint = near ? ` Did you mean "${near}"?` : ' Install what provides it, or replace the step.';
  return {
    code: 'unknown_kind',
    severity: 'error',
    nodeId: node.id,
    message: `There is no kind of step named "${node.kind}".${hint} Its wires are kept.`,
  };
}
