import { useMutation, useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { RetentionAmount } from '../../../../shared/contract/retention.ts';
import { awaiting } from '../../../data/awaiting.ts';
import { client, orpc } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { Awaited, Button, Dialog, formatBytes, formatCount, ProgressBar } from '../../../ui/index.ts';
import { sweepText } from './CleanUp.tsx';
import { categoryWords } from './use-storage.ts';

/** Says what would go, then removes it, then says what went. */
export function CleanUpDialog({ archives, close }: { archives: boolean; close: () => void }) {
  const preview = useQuery({
    ...orpc.retention.preview.queryOptions({ input: {} }),
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const cleaning = useMutation({ mutationFn: () => client.retention.clean({}) });
  const nothing = preview.data?.length === 0;
  const footer = cleaning.data ? (
    <Button size="lg" variant="primary" onClick={close}>
      Done
    </Button>
  ) : (
    <>
      <Button size="lg" onClick={close}>
        {nothing ? 'Close' : 'Cancel'}
      </Button>
      {!nothing && (
        <Button
          size="lg"
          variant="danger"
          disabled={!preview.data}
          loading={cleaning.isPending}
          onClick={() => cleaning.mutate()}
        >
          Clean up
        </Button>
      )}
    </>
  );
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title="Clean up now" footer={footer}>
      <div aria-live="polite" className="flex flex-col gap-3">
        {cleaning.data ? (
          <p className="flex items-start gap-2">
            {cleaning.data.outcome === 'done' ? (
              <CircleCheck aria-hidden size={16} className="mt-0.5 shrink-0 text-status-succeeded" />
            ) : (
              <TriangleAlert aria-hidden size={16} className="mt-0.5 shrink-0 text-status-failed" />
            )}
            <span className="min-w-0 wrap-anywhere">{cleaning.data.message ?? sweepText(cleaning.data)}</span>
          </p>
        ) : (
          <Awaited {...awaiting(preview)} where="What would go could not be found out." lines={4}>
            {() => preview.data && <Amounts amounts={preview.data} archives={archives} />}
          </Awaited>
        )}
        {cleaning.isPending && <ProgressBar label="Cleaning up" />}
        {cleaning.error && (
          <p role="alert" className="text-status-failed">
            {callError(cleaning.error).message}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function Amounts({ amounts, archives }: { amounts: readonly RetentionAmount[]; archives: boolean }) {
  if (amounts.length === 0) return <p>Nothing is beyond its limit.</p>;
  return (
    <>
      <p>These are beyond their limits and would go:</p>
      <ul aria-label="What would go" className="flex flex-col">
        {amounts.map(({ category, count, bytes }) => (
          <li
            key={category}
            className="grid grid-cols-[minmax(0,1fr)_80px_90px] gap-x-3 border-t border-line py-1.5"
          >
            <span>{categoryWords[category]}</span>
            <span className="text-right nums">{formatCount(count)}</span>
            <span className="text-right text-muted nums">{bytes > 0 ? formatBytes(bytes) : ''}</span>
          </li>
        ))}
      </ul>
      <p className="text-muted">
        {archives
          ? 'Runs and versions are archived first; when that fails nothing is deleted.'
          : 'This cannot be undone: there is no archive.'}{' '}
        Pinned runs and datasets keep what they need.
      </p>
    </>
  );
}
