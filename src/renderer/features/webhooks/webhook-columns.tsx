import type { WebhookSummary } from '../../../shared/contract/webhooks.ts';
import { formatPercent, StatusBadge, TimeText } from '../../ui/index.ts';
import { eventsText } from './event-choice.ts';
import { deliveryLook, successShare, webhookLook } from './webhook-words.ts';

/** A webhook in one line: what it is, whether it works, what it sent last. */
export const webhookColumns = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(200px, 3fr)',
    render: ({ name, url }: WebhookSummary) => (
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="max-w-[60%] shrink-0 truncate font-medium" dir="auto" title={name}>
          {name}
        </span>
        <span className="min-w-0 flex-1 truncate text-left font-mono text-data text-muted" title={url}>
          {url}
        </span>
      </span>
    ),
  },
  {
    id: 'state',
    title: 'State',
    width: '96px',
    render: (webhook: WebhookSummary) => {
      const { status, word } = webhookLook(webhook);
      return <StatusBadge status={status} label={word} variant="plain" />;
    },
  },
  {
    id: 'events',
    title: 'Events',
    width: 'minmax(120px, 2fr)',
    render: ({ events }: WebhookSummary) => (
      <span className="truncate text-muted" title={eventsText(events)}>
        {eventsText(events)}
      </span>
    ),
  },
  {
    id: 'success',
    title: 'Arrived',
    width: '84px',
    align: 'end' as const,
    render: (webhook: WebhookSummary) => {
      const share = successShare(webhook);
      return share === undefined ? (
        <span className="text-faint">–</span>
      ) : (
        <span className="nums" title="Of the last 100 deliveries that ended">
          {formatPercent(share)}
        </span>
      );
    },
  },
  {
    id: 'last',
    title: 'Last delivery',
    width: '200px',
    render: ({ last }: WebhookSummary) => {
      if (!last) return <span className="text-faint">Never</span>;
      const { status, word } = deliveryLook({ status: last.status, attempts: last.lastError ? 1 : 0 });
      return (
        <span className="flex min-w-0 items-center gap-2">
          <StatusBadge status={status} label={word} variant="plain" />
          <span className="truncate text-muted">
            <TimeText at={last.createdAt} style="relative" />
          </span>
        </span>
      );
    },
  },
];
