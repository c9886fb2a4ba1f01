import { CircleAlert, CircleCheck } from 'lucide-react';
import { useCallback } from 'react';
import type { SourceTestResult } from '../../../shared/contract/sources.ts';
import { formatDuration } from '../../ui/index.ts';
import { failureWords } from './source-words.ts';

/** What a try to connect came to: that it works, or what of it failed. */
export function TestResult({ result }: { result: SourceTestResult }) {
  const { ok, failed, message, server, milliseconds } = result;
  // A form is long: what one waited for must not come below its edge.
  const show = useCallback((element: HTMLDivElement | null) => {
    element?.scrollIntoView({ block: 'nearest' });
  }, []);
  const Icon = ok ? CircleCheck : CircleAlert;
  return (
    <div
      ref={show}
      role="status"
      className={`flex scroll-mb-4 items-start gap-2 rounded-md px-3 py-2 ${ok ? 'bg-status-succeeded/12' : 'bg-status-failed/12'}`}
    >
      <Icon
        aria-hidden
        size={15}
        className={`mt-0.5 shrink-0 ${ok ? 'text-status-succeeded' : 'text-status-failed'}`}
      />
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {ok ? 'It connects' : failed ? failureWords[failed] : 'It does not connect'}
          <span className="ml-2 font-normal text-meta text-muted nums">{formatDuration(milliseconds)}</span>
        </p>
        <p className="break-words text-muted" dir="auto">
          {message}
        </p>
        {server && (
          <p className="truncate font-mono text-data text-muted" title={server}>
            {server}
          </p>
        )}
      </div>
    </div>
  );
}
