import { Inbox, RotateCw } from 'lucide-react';
import { useMemo, useState } from 'react';
import {
  type DeliverySummary,
  patternTakes,
  shapeEvents,
  type WebhookSummary,
} from '../../../shared/contract/webhooks.ts';
import { awaiting } from '../../data/awaiting.ts';
import {
  Awaited,
  Button,
  copyText,
  DataList,
  EmptyState,
  FilterBar,
  formatPlural,
  SearchInput,
  Select,
} from '../../ui/index.ts';
import { deliveryColumns } from './delivery-columns.tsx';
import { type DeliveryChoice, useDeliveries } from './use-webhooks.ts';
import { statusOptions } from './webhook-words.ts';

interface DeliveriesProps {
  readonly webhook: WebhookSummary;
  readonly currentId: string | undefined;
  readonly open: (id: string) => void;
  readonly replay: (ids: readonly string[]) => void;
}

const everything: DeliveryChoice = { status: 'any', eventType: 'any', search: '' };

/** What a webhook sent and is about to send, newest first. */
export function Deliveries({ webhook, currentId, open, replay }: DeliveriesProps) {
  const [choice, setChoice] = useState(everything);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const change = (part: Partial<DeliveryChoice>) => setChoice((before) => ({ ...before, ...part }));
  const query = useDeliveries(webhook.id, choice);
  const items = useMemo(() => query.data?.pages.flatMap(({ deliveries }) => deliveries) ?? [], [query.data]);
  const types = shapeEvents[webhook.shape].filter((type) =>
    webhook.events.some((pattern) => patternTakes(pattern, type)),
  );
  const narrowed = JSON.stringify(choice) !== JSON.stringify(everything);
  return (
    <>
      <FilterBar
        label="Which deliveries"
        search={
          <SearchInput
            slash
            value={choice.search}
            onChange={(search) => change({ search })}
            label="Search by id"
          />
        }
        onClear={narrowed ? () => setChoice(everything) : undefined}
        count={formatPlural(query.data?.pages[0]?.total ?? 0, 'delivery', 'deliveries')}
      >
        Deliveries in
        <Select
          variant="inline"
          aria-label="State"
          value={choice.status}
          onChange={(status) => change({ status })}
          options={statusOptions}
        />
        of
        <Select
          variant="inline"
          aria-label="Event"
          value={choice.eventType}
          onChange={(eventType) => change({ eventType })}
          options={[
            { value: 'any', label: 'any event' },
            ...types.map((type) => ({ value: type, label: type })),
          ]}
        />
      </FilterBar>
      <Awaited {...awaiting(query)} where="The deliveries could not be listed." lines={8}>
        {() => (
          <DataList<DeliverySummary>
            label="Deliveries"
            items={items}
            getId={({ id }) => id}
            columns={deliveryColumns}
            currentId={currentId ?? null}
            onOpen={({ id }) => open(id)}
            onEndReached={() => {
              if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
            }}
            menu={({ id, eventId }) => [
              { label: 'Open', onSelect: () => open(id) },
              { label: 'Send again', icon: RotateCw, onSelect: () => replay([id]) },
              { label: 'Copy event id', note: 'webhook-id', onSelect: () => void copyText(eventId) },
            ]}
            selected={selected}
            onSelectedChange={setSelected}
            bulkActions={(chosen) => (
              <Button
                icon={RotateCw}
                onClick={() => {
                  replay(chosen.map(({ id }) => id));
                  setSelected(new Set());
                }}
              >
                Send {formatPlural(chosen.length, 'delivery', 'deliveries')} again
              </Button>
            )}
            empty={
              narrowed ? (
                <EmptyState icon={Inbox} title="No delivery matches">
                  Choose another state or event.
                </EmptyState>
              ) : (
                <EmptyState icon={Inbox} title="Nothing was sent yet">
                  The next event that fits is sent at once. “Send test” sends one now.
                </EmptyState>
              )
            }
          />
        )}
      </Awaited>
    </>
  );
}
