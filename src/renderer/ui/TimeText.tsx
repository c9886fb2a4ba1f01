import { useEffect, useState } from 'react';
import { formatRelative, formatTime, formatUtc, type Instant } from './format.ts';

export interface TimeTextProps {
  at: Instant;
  /** "relative" keeps itself up to date while shown. */
  style?: 'time' | 'relative';
  className?: string;
}

/** A time in the reader's zone, with the exact UTC on hover. */
export function TimeText({ at, style = 'time', className }: TimeTextProps) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const near = Math.abs(Date.now() - new Date(at).getTime()) < 60_000;
    const timer = window.setInterval(() => setNow(Date.now()), style === 'relative' && near ? 5_000 : 30_000);
    return () => window.clearInterval(timer);
  }, [at, style]);
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
