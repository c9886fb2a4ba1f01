import { reachOfNode } from '../../nodes/_kit/reach-of.ts';
import { definitionOf } from '../../nodes/_kit/registry.ts';
import type { KeySummary } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import { canonicalJson } from '../../shared/kernel/json.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';

/**
 * A key that is limited to some pipelines may change them, but not so that they read or write what they did not before:
 * that would be a way around its limit. Throws key_limited.
 */
export function refuseNewReach(
  { pipelineIds }: Pick<KeySummary, 'pipelineIds'>,
  before: PipelineDocument,
  after: PipelineDocument,
): void {
  if (pipelineIds === null) return;
  const known = reachOf(before);
  if ([...reachOf(after)].every((part) => known.has(part))) return;
  throw new SluiceError('key_limited', {
    what: 'use of datasets, files or sources that its pipelines do not use yet',
  });
}

/**
 * What was made in the window is seen from the sandbox and acts in live: a key of the sandbox does not change it. Throws
 * shared_with_live.
 */
export function refuseSharedChange(
  key: Pick<KeySummary, 'environment'>,
  environment: KeySummary['environment'] | null,
  what: string,
): void {
  if (environment === null && key.environment === 'sandbox')
    throw new SluiceError('shared_with_live', { what });
}

/** Each thing outside that a document reaches, as a text. A disabled node counts: nobody is asked when it is enabled. */
function reachOf({ nodes }: PipelineDocument): Set<string> {
  const parts = new Set<string>();
  for (const node of nodes) {
    const definition = definitionOf(node.kind);
    for (const [way, places] of Object.entries((definition && reachOfNode(node, definition)) ?? {}))
      for (const place of (places ?? []) as readonly unknown[]) parts.add(canonicalJson([way, place]));
  }
  return parts;
}
