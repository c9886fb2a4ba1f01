import type { DeliverySummary } from '../../../shared/contract/webhooks.ts';
import { Badge, formatDuration, StatusBadge, TimeText } from '../../ui/index.ts';
import { deliveryLook, kindWords, outcomeText } from './webhook-words.ts';

/** A delivery in one line. */
export const deliveryColumns = [
  {
    id: 'event',
    title: 'Event',
    width: 'minmax(160px, 2fr)',
    render: ({ eventType, kind }: DeliverySummary) => (
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-mono text-data font-medium">{eventType}</span>
        {kind !== 'event' && <Badge tone="violet">{kindWords[kind]}</Badge>}
      </span>
    ),
  },
  {
    id: 'state',
    title: 'State',
    width: '110px',
    render: (delivery: DeliverySummary) => {
      const { status, word } = deliveryLook(delivery);
      return <StatusBadge status={status} label={word} variant="plain" />;
    },
  },
  {
    id: 'answer',
    title: 'Answer',
    width: 'minmax(120px, 1.5fr)',
    render: ({ lastStatusCode, lastError, lastMessage }: DeliverySummary) => (
      <span className={`truncate nums ${lastError ? '' : 'text-muted'}`} title={lastMessage ?? undefined}>
        {outcomeText(lastStatusCode, lastError)}
      </span>
    ),
  },
  {
    id: 'tries',
    title: 'Tries',
    width: '64px',
    align: 'end' as const,
    render: ({ attempts, maxAttempts }: DeliverySummary) => (
      <span className="text-muted nums">
        {attempts} of {maxAttempts}
      </span>
    ),
  },
  {
    id: 'took',
    title: 'Took',
    width: '84px',
    align: 'end' as const,
    render: ({ lastMilliseconds }: DeliverySummary) => (
      <span className="text-muted nums">
        {lastMilliseconds === null ? '–' : formatDuration(lastMilliseconds)}
      </span>
    ),
  },
  {
    id: 'time',
    title: 'Time',
    width: '150px',
    align: 'end' as const,
    render: ({ createdAt, nextAttemptAt, attempts }: DeliverySummary) => (
      <span className="truncate text-muted">
        {nextAttemptAt && attempts > 0 ? (
          <>
            again <TimeText at={nextAttemptAt} style="relative" />
          </>
        ) : (
          <TimeText at={createdAt} />
        )}
      </span>
    ),
  },
];
