import { cx } from './cx.ts';

export interface ProgressBarProps {
  /** 0 to 1; leave out when the end is not known. */
  value?: number | undefined;
  /** Spoken name, such as "Loading rows". */
  label: string;
  className?: string;
}

/** A thin bar: filled to `value`, or a moving piece when the total is unknown. */
export function ProgressBar({ value, label, className }: ProgressBarProps) {
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={cx('h-1 overflow-hidden rounded-sm bg-n5', className)}
    >
      {percent === undefined ? (
        <div className="h-full w-1/3 animate-slide rounded-sm bg-status-running" />
      ) : (
        <div
          className="h-full rounded-sm bg-status-running transition-[width]"
          style={{ width: `${percent}%` }}
        />
      )}
    </div>
  );
}
