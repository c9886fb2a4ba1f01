import { cx } from './cx.ts';

export interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[];
  /** What is seen, for who does not: "120 requests in 24 hours". */
  readonly label: string;
  readonly className?: string;
}

const step = 3;
const height = 18;

/** A few bars in a line of text, high where there was much. A little is still seen; nothing is a flat line. */
export function Sparkline({ values, label, className }: SparklineProps) {
  const most = Math.max(1, ...values);
  return (
    <svg
      role="img"
      aria-label={label}
      width={values.length * step}
      height={height}
      className={cx('inline-block shrink-0 align-middle', className)}
    >
      <title>{label}</title>
      {values.map((value, at) => {
        const tall = value === 0 ? 1 : Math.max(2, Math.round((value / most) * height));
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={at}
            x={at * step}
            y={height - tall}
            width={step - 1}
            height={tall}
            className={value === 0 ? 'fill-line-strong' : 'fill-accent'}
          />
        );
      })}
    </svg>
  );
}
