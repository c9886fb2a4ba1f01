import type { ReactNode } from 'react';
import { ErrorState } from './ErrorState.tsx';
import { Skeleton } from './Skeleton.tsx';

export interface AwaitedProps {
  /** Nothing is there yet. */
  pending: boolean;
  /** Why nothing will be there: a sentence. */
  failure?: string | undefined;
  /** What could not be done: "The runs could not be listed." */
  where?: string;
  onRetry: () => void;
  /** Lines of the skeleton that keeps the layout. */
  lines?: number;
  /** What is shown once it is there. */
  children: () => ReactNode;
}

/** What a page shows while it waits, when that failed, and then the thing itself. */
export function Awaited({ pending, failure, where, onRetry, lines = 8, children }: AwaitedProps) {
  if (failure !== undefined) return <ErrorState title={failure} where={where} onRetry={onRetry} />;
  if (pending)
    return (
      <div className="p-4">
        <Skeleton lines={lines} />
      </div>
    );
  return children();
}
