import type { UseQueryResult } from '@tanstack/react-query';
import { callError } from './errors.ts';

type Asked = Pick<UseQueryResult, 'isPending' | 'isLoadingError' | 'error' | 'refetch'>;

/** How a first question stands, as `Awaited` takes it: a later one that fails leaves the earlier answer standing. */
export function awaiting(query: Asked) {
  return {
    pending: query.isPending,
    failure: query.isLoadingError ? callError(query.error).message : undefined,
    onRetry: () => void query.refetch(),
  };
}
