import { type KeyboardEvent, type MouseEvent, useState } from 'react';
import { cx, formatCount, formatPlural } from '../../ui/index.ts';
import { answered, axisPlaces, axisTop, pointName, totals, type UsePoint } from './use-figures.ts';

interface UseChartProps {
  readonly points: readonly UsePoint[];
  readonly pointSeconds: number;
  /** What it spans, for who does not see it: "the last day". */
  readonly span: string;
}

/** From the ground up. Shape and word tell them apart too: in the line of figures and by the order of the parts. */
const parts = [
  { name: 'Answered', of: answered, fill: 'fill-accent', ground: 'bg-accent' },
  {
    name: 'Refused',
    of: ({ refused }: UsePoint) => refused,
    fill: 'fill-status-failed',
    ground: 'bg-status-failed',
  },
  {
    name: 'Over a limit',
    of: ({ limited }: UsePoint) => limited,
    fill: 'fill-status-warning',
    ground: 'bg-status-warning',
  },
] as const;

/** Requests over time, one bar a point. The pointer or the arrow keys read a bar out. */
export function UseChart({ points, pointSeconds, span }: UseChartProps) {
  const [at, setAt] = useState<number>();
  const all = totals(points);
  const top = axisTop(Math.max(0, ...points.map(({ requests }) => requests)));
  const point = at === undefined ? undefined : points[at];
  const pointTo = (event: MouseEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const place = Math.floor(((event.clientX - left) / width) * points.length);
    setAt(Math.max(0, Math.min(points.length - 1, place)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const from = at ?? points.length;
    const moves: Record<string, number | undefined> = {
      ArrowLeft: from - 1,
      ArrowRight: at === undefined ? 0 : from + 1,
      Home: 0,
      End: points.length - 1,
      Escape: Number.NaN,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    setAt(Number.isNaN(to) ? undefined : Math.max(0, Math.min(points.length - 1, to)));
    event.preventDefault();
  };
  const shown = point ?? { ...all, at: '' };
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2 flex flex-wrap items-baseline gap-x-5 gap-y-1">
        <span role="status" className="flex flex-wrap items-baseline gap-x-5 gap-y-1">
          <span className="nums">
            <span className="text-title font-semibold">{formatCount(shown.requests)}</span>{' '}
            <span className="text-muted">
              {shown.requests === 1 ? 'request' : 'requests'}{' '}
              {point ? pointName(point.at, pointSeconds) : `in ${span}`}
            </span>
          </span>
          {parts.map(({ name, of, ground }) => (
            <span key={name} className="inline-flex items-center gap-1.5 text-meta nums">
              <span aria-hidden className={cx('size-2 rounded-xs', ground)} />
              <span className="text-muted">{name}</span> {formatCount(of(shown))}
            </span>
          ))}
        </span>
      </figcaption>
      <div className="flex gap-2">
        <div
          aria-hidden
          className="flex h-40 w-10 shrink-0 flex-col justify-between text-right text-micro text-muted nums"
        >
          <span className="-translate-y-1/2">{formatCount(top)}</span>
          <span>{formatCount(top / 2)}</span>
          <span className="translate-y-1/2">0</span>
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: a picture that the arrow keys move along */}
        <div
          role="group"
          aria-label={`Use over ${span}: ${formatPlural(all.requests, 'request')}. Arrow keys read the bars.`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: its bars are read by the arrow keys
          tabIndex={0}
          onKeyDown={onKeyDown}
          onMouseMove={pointTo}
          onMouseLeave={() => setAt(undefined)}
          onBlur={() => setAt(undefined)}
          className="relative h-40 min-w-0 flex-1 rounded-xs"
        >
          <span aria-hidden className="absolute inset-x-0 top-0 border-t border-line" />
          <span aria-hidden className="absolute inset-x-0 top-1/2 border-t border-line" />
          <span aria-hidden className="absolute inset-x-0 bottom-0 border-t border-line-strong" />
          {at !== undefined && (
            <span
              aria-hidden
              className="absolute inset-y-0 bg-hover"
              style={{ left: `${(at / points.length) * 100}%`, width: `${100 / points.length}%` }}
            />
          )}
          <svg
            aria-hidden
            viewBox={`0 0 ${Math.max(1, points.length)} ${top}`}
            preserveAspectRatio="none"
            className="absolute inset-0 size-full"
          >
            {points.map((each, place) => (
              <Bar key={each.at} point={each} place={place} top={top} />
            ))}
          </svg>
        </div>
      </div>
      <div aria-hidden className="relative mt-1 ml-12 h-4 text-micro text-muted nums">
        {axisPlaces(points.length, 5).map((place, index, places) => (
          <span
            key={place}
            className={cx(
              'absolute whitespace-nowrap',
              index === 0 ? '' : index === places.length - 1 ? '-translate-x-full' : '-translate-x-1/2',
            )}
            style={{
              left: `${index === 0 ? 0 : index === places.length - 1 ? 100 : ((place + 0.5) / points.length) * 100}%`,
            }}
          >
            {pointName(points[place]?.at ?? '', pointSeconds)}
          </span>
        ))}
      </div>
    </figure>
  );
}

function Bar({ point, place, top }: { point: UsePoint; place: number; top: number }) {
  let ground = top;
  return parts.map(({ name, of, fill }) => {
    const tall = of(point);
    if (tall === 0) return null;
    ground -= tall;
    return <rect key={name} x={place + 0.12} y={ground} width={0.76} height={tall} className={fill} />;
  });
}
