import { Unplug } from 'lucide-react';
import { useConnected } from '../data/events.ts';

/** Above every page while Sluice does not answer; it goes away by itself. What is edited meanwhile is kept. */
export function ConnectionBanner() {
  if (useConnected()) return null;
  return (
    <p
      role="status"
      className="flex h-8 shrink-0 items-center gap-2 border-b border-line bg-status-warning/14 px-4 text-status-warning"
    >
      <Unplug aria-hidden className="size-4 shrink-0" />
      Sluice does not answer. Trying again; what you edit is kept in this tab until it does.
    </p>
  );
}
