import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { WebhookSummary } from '../../../shared/contract/webhooks.ts';
import { orpc } from '../../data/client.ts';
import { CopyButton, formatPercent, formatPlural, TimeText } from '../../ui/index.ts';
import { eventsText } from './event-choice.ts';
import { environmentOptions, shapeOptions, successShare } from './webhook-words.ts';

/** What a webhook is set to, in one line. */
export function WebhookFacts({ webhook }: { webhook: WebhookSummary }) {
  const pipelines = useQuery({
    ...orpc.pipelines.list.queryOptions({ input: {} }),
    enabled: webhook.pipelineIds.length > 0,
  });
  const named = webhook.pipelineIds.map(
    (id) => pipelines.data?.find((pipeline) => pipeline.id === id)?.name ?? 'a deleted pipeline',
  );
  const share = successShare(webhook);
  const { previousSecretUntil, shape, maxAttempts } = webhook;
  return (
    <dl className="flex shrink-0 gap-x-6 border-b border-line px-4 py-2.5">
      <Fact name="Address" grow>
        <span className="truncate font-mono text-data" title={webhook.url}>
          {webhook.url}
        </span>
        <CopyButton label="Copy the address" text={webhook.url} />
      </Fact>
      <Fact name="Events" grow>
        <span className="truncate" title={eventsText(webhook.events)}>
          {eventsText(webhook.events)}
        </span>
      </Fact>
      {shape !== 'sluice' && (
        <Fact name="Body">{shapeOptions.find(({ value }) => value === shape)?.label}</Fact>
      )}
      {named.length > 0 && (
        <Fact name="Pipelines" grow>
          <span className="truncate" title={named.join(', ')}>
            {named.join(', ')}
          </span>
        </Fact>
      )}
      <Fact name="Environment">
        {environmentOptions.find(({ value }) => value === (webhook.environment ?? 'both'))?.label}
      </Fact>
      <Fact name="Retries">{maxAttempts - 1}</Fact>
      <Fact name="Arrived">
        {share === undefined
          ? '–'
          : `${formatPercent(share)} of ${formatPlural(webhook.recent.delivered + webhook.recent.failed, 'delivery', 'deliveries')}`}
      </Fact>
      {previousSecretUntil && (
        <Fact name="Old secret ends">
          <TimeText at={previousSecretUntil} style="relative" />
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, grow, children }: { name: string; grow?: boolean; children: ReactNode }) {
  return (
    <div className={grow ? 'min-w-0' : 'shrink-0'}>
      <dt className="text-meta whitespace-nowrap text-muted">{name}</dt>
      <dd className="flex h-6 min-w-0 items-center gap-1 whitespace-nowrap nums">{children}</dd>
    </div>
  );
}
