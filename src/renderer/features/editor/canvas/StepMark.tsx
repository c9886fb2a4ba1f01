import { CircleAlert, CircleSlash2, TriangleAlert } from 'lucide-react';
import { Tooltip } from '../../../ui/index.ts';
import type { NodeState } from './node-state.ts';

/** The small sign at the right of a card when something about the step must be known before a run. */
export function StepMark({ state }: { state: NodeState }) {
  const look =
    state.status === 'unconfigured'
      ? { Icon: TriangleAlert, tone: 'text-status-warning' }
      : state.status === 'warning'
        ? { Icon: CircleAlert, tone: 'text-status-warning' }
        : state.status === 'disabled'
          ? { Icon: CircleSlash2, tone: 'text-muted' }
          : undefined;
  if (!look) return null;
  const text = state.message ? `${state.word}: ${state.message}` : state.word;
  return (
    <Tooltip content={text} side="top">
      <span role="img" aria-label={text} className={`nodrag flex shrink-0 ${look.tone}`}>
        <look.Icon size={15} aria-hidden />
      </span>
    </Tooltip>
  );
}
