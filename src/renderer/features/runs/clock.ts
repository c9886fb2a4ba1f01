import { formatClock } from '../../ui/index.ts';

/** A local time to the second: what a person waits for needs no milliseconds. */
export const clockText = (at: string): string => formatClock(at).replace(/[.,]\d+$/, '');
