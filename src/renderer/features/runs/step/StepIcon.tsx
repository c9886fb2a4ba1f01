import type { RunStep } from '../../../../shared/contract/domain.ts';
import { type Status, StatusBadge, type StatusBadgeProps } from '../../../ui/index.ts';

export const stepLook = (step: RunStep): Status => (step.status === 'pending' ? 'queued' : step.status);

export function stepWord(step: RunStep): string | undefined {
  if (step.status === 'pending') return 'Waiting';
  if (step.status === 'running' && step.percent) return `Running ${step.percent} %`;
  return undefined;
}

/** The state of a step as an icon with its word for the ear. */
export function StepIcon({
  step,
  variant = 'icon',
}: {
  step: RunStep;
  variant?: StatusBadgeProps['variant'];
}) {
  return <StatusBadge variant={variant} status={stepLook(step)} label={stepWord(step)} />;
}
