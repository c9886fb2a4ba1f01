import { typeFamily } from '../../shared/kernel/columns.ts';

/**
 * How two key columns are compared. DuckDB would cast a text to a number or a date and fail at the first value
 * that is none, in the middle of a run; such pairs are refused beforehand.
 */
export function comparison(left: string, right: string): 'plain' | 'as-text' | 'none' {
  const [mine, theirs] = [clock(left), clock(right)];
  if (mine !== theirs) return 'none';
  // A text next to a UUID or an enum would be cast to it, and fail where it is no such value.
  if (mine === 'text' && left !== right) return 'as-text';
  if (mine === 'nested' || mine === 'other') return left === right ? 'plain' : 'none';
  return 'plain';
}

/** Families, with times of day, intervals and points in time apart. */
function clock(type: string): string {
  const family = typeFamily(type);
  if (family !== 'time') return family;
  if (/^INTERVAL/i.test(type)) return 'interval';
  return /^TIME(?!STAMP)/i.test(type) ? 'time of day' : 'moment';
}
