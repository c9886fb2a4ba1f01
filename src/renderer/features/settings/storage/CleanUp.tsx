import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { RetentionSweep } from '../../../../shared/contract/retention.ts';
import { awaiting } from '../../../data/awaiting.ts';
import {
  Awaited,
  Badge,
  Button,
  formatBytes,
  formatCount,
  ProgressBar,
  TimeText,
} from '../../../ui/index.ts';
import { Section } from '../Section.tsx';
import { CleanUpDialog } from './CleanUpDialog.tsx';
import { categoryWords, useCleanUps } from './use-storage.ts';

/** The clean-up by hand, and what the ones before did. */
export function CleanUp({ archives }: { archives: boolean }) {
  const [open, setOpen] = useState(false);
  const { query, refresh } = useCleanUps();
  const status = query.data;
  return (
    <Section
      title="Clean-up"
      help={
        <>
          It runs after a start and every hour, when the engine is not busy
          {status?.nextAt && (
            <>
              ; next <TimeText at={status.nextAt} style="time" />
            </>
          )}
          .
        </>
      }
    >
      <div>
        <Button icon={Trash2} onClick={() => setOpen(true)} disabled={status?.sweeping}>
          Clean up now
        </Button>
      </div>
      {status?.sweeping && <ProgressBar label="Cleaning up" />}
      <Awaited {...awaiting(query)} where="The clean-ups could not be listed." lines={3}>
        {() => status && <History sweeps={status.sweeps} />}
      </Awaited>
      {open && (
        <CleanUpDialog
          archives={archives}
          close={() => {
            setOpen(false);
            refresh();
          }}
        />
      )}
    </Section>
  );
}

function History({ sweeps }: { sweeps: readonly RetentionSweep[] }) {
  if (sweeps.length === 0) return <p className="text-muted">No clean-up has had anything to remove yet.</p>;
  return (
    <ul aria-label="Clean-ups" className="flex flex-col">
      {sweeps.slice(0, 8).map((sweep) => (
        <li
          key={sweep.startedAt}
          className="grid grid-cols-[150px_minmax(0,1fr)] gap-x-4 border-t border-line py-2"
        >
          <span className="text-muted nums">
            <TimeText at={sweep.startedAt} style="time" />
          </span>
          <span className="min-w-0 wrap-anywhere">
            {sweep.outcome !== 'done' && (
              <Badge tone={sweep.outcome === 'stopped' ? 'neutral' : 'danger'}>
                {outcomeWords[sweep.outcome]}
              </Badge>
            )}{' '}
            {sweep.message ?? sweepText(sweep)}
          </span>
        </li>
      ))}
    </ul>
  );
}

const outcomeWords = {
  done: 'done',
  archive_failed: 'archive failed',
  failed: 'failed',
  stopped: 'stopped',
} as const;

export function sweepText({ removed, freedBytes, archivedFiles }: RetentionSweep): string {
  if (removed.length === 0) return 'Nothing was beyond its limit.';
  const parts = removed.map(({ category, count }) => `${categoryWords[category]}: ${formatCount(count)}`);
  const archived = archivedFiles > 0 ? ` ${formatCount(archivedFiles)} files went to the archive.` : '';
  const shrank = freedBytes > 0 ? ` The store shrank by ${formatBytes(freedBytes)}.` : '';
  return `${parts.join(', ')}.${archived}${shrank}`;
}
