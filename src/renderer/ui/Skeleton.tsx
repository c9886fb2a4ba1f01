import { cx } from './cx.ts';

export interface SkeletonProps {
  /** Size and shape: "h-4 w-40". */
  className?: string;
  /** Draws this many lines of a list instead of one block. */
  lines?: number;
}

/** Keeps the place of what is loading. Invisible for the first 300 ms, so quick answers never flicker. */
export function Skeleton({ className, lines }: SkeletonProps) {
  if (lines === undefined) {
    return (
      <div aria-hidden className={cx('animate-late', className)}>
        <div className="h-full w-full animate-pulse rounded-sm bg-n5" />
      </div>
    );
  }
  const widths = ['w-3/5', 'w-2/5', 'w-1/2', 'w-1/3'];
  return (
    <div role="status" aria-label="Loading" className={cx('animate-late', className)}>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical placeholder lines have no other identity
        <div key={index} className="flex h-9 items-center gap-4 border-b border-line px-4">
          <div className={cx('h-3 animate-pulse rounded-xs bg-n5', widths[index % widths.length])} />
          <div className="ml-auto h-3 w-16 animate-pulse rounded-xs bg-n5" />
        </div>
      ))}
    </div>
  );
}
