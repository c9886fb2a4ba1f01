import { useEffect, useReducer } from 'react';
import { formatRelative, formatTime, formatUtc, type Instant } from './format.ts';

export interface TimeTextProps {
  at: Instant;
  /** "relative" keeps itself up to date while shown. */
  style?: 'time' | 'relative';
  className?: string;
}

/** A time in the reader's zone, with the exact UTC on hover. */
export function TimeText({ at, style = 'time', className }: TimeTextProps) {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  useEffect(() => {
    const near = Math.abs(Date.now() - new Date(at).getTime()) < 60_000;
    const timer = window.setInterval(tick, style === 'relative' && near ? 5_000 : 30_000);
    return () => window.clearInterval(timer);
  }, [at, style]);
  // Of this drawing, not of the last tick: what has just happened would lie ahead of that.
  const now = Date.now();
  const iso = new Date(at);
  return (
    <time
      dateTime={Number.isNaN(iso.getTime()) ? undefined : iso.toISOString()}
      title={formatUtc(at)}
      className={className}
    >
      {style === 'relative' ? formatRelative(at, now) : formatTime(at, now)}
    </time>
  );
}
