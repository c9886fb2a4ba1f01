import { CircleHelp } from 'lucide-react';
import type { NodeGroup } from '../../nodes/_kit/define-node.ts';
import type { NodeKind } from '../../nodes/registry.gen.ts';
import { kindIcons } from '../../nodes/registry.ui.gen.ts';
import { cx } from '../ui/index.ts';
import { definitionOf } from './kinds.ts';

const tints: Record<NodeGroup, string> = {
  sources: 'bg-group-sources/14 text-group-sources',
  shape: 'bg-group-shape/14 text-group-shape',
  combine: 'bg-group-combine/14 text-group-combine',
  check: 'bg-group-check/14 text-group-check',
  code: 'bg-group-code/14 text-group-code',
  output: 'bg-group-output/14 text-group-output',
};

export const groupEdges: Record<NodeGroup, string> = {
  sources: 'bg-group-sources',
  shape: 'bg-group-shape',
  combine: 'bg-group-combine',
  check: 'bg-group-check',
  code: 'bg-group-code',
  output: 'bg-group-output',
};

/** The tinted tile of a kind. */
export function KindIcon({ kind, size = 28 }: { kind: string; size?: 20 | 24 | 28 }) {
  const definition = definitionOf(kind);
  const Icon = definition ? kindIcons[definition.kind as NodeKind] : CircleHelp;
  return (
    <span
      aria-hidden
      style={{ width: size, height: size }}
      className={cx(
        'flex shrink-0 items-center justify-center rounded-md',
        definition ? tints[definition.group] : 'bg-n4 text-muted',
      )}
    >
      <Icon size={size === 28 ? 16 : 14} strokeWidth={1.9} />
    </span>
  );
}
