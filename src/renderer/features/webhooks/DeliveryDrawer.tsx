import { useQuery } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { DeliveryAttempt, DeliveryDetail } from '../../../shared/contract/webhooks.ts';
import { orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  Badge,
  Button,
  CopyButton,
  Dialog,
  ErrorState,
  formatDuration,
  Skeleton,
  StatusBadge,
  TimeText,
} from '../../ui/index.ts';
import { deliveryLook, kindWords, outcomeText, prettyBody } from './webhook-words.ts';

interface DeliveryDrawerProps {
  readonly id: string;
  readonly close: () => void;
  readonly replay: (id: string) => void;
  readonly show: (id: string) => void;
}

/** All that is known of one delivery: every try with its answer, and exactly what was sent. */
export function DeliveryDrawer({ id, close, replay, show }: DeliveryDrawerProps) {
  const query = useQuery(orpc.webhooks.delivery.queryOptions({ input: { id } }));
  const delivery = query.data;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      placement="sheet"
      width="lg"
      title={delivery?.eventType ?? 'Delivery'}
      description={
        delivery && (
          <span className="flex items-center gap-2">
            <StatusBadge status={deliveryLook(delivery).status} label={deliveryLook(delivery).word} />
            {delivery.kind !== 'event' && <Badge tone="violet">{kindWords[delivery.kind]}</Badge>}
            <TimeText at={delivery.createdAt} />
          </span>
        )
      }
      footer={
        <Button size="lg" icon={RotateCw} disabled={!delivery} onClick={() => replay(id)}>
          Send again
        </Button>
      }
    >
      {query.isLoadingError ? (
        <ErrorState
          title={callError(query.error).message}
          where="The delivery could not be shown."
          onRetry={() => void query.refetch()}
        />
      ) : delivery ? (
        <Detail delivery={delivery} show={show} />
      ) : (
        <Skeleton lines={12} />
      )}
    </Dialog>
  );
}

function Detail({ delivery, show }: { delivery: DeliveryDetail; show: (id: string) => void }) {
  const { replayOf } = delivery;
  return (
    <div className="flex flex-col gap-5">
      <p className="flex flex-wrap items-center gap-x-2 text-muted">
        Event id
        <code className="font-mono text-data text-ink">{delivery.eventId}</code>
        <CopyButton label="Copy the event’s id" text={delivery.eventId} />
        {replayOf && (
          <Button size="sm" variant="ghost" onClick={() => show(replayOf)}>
            The first delivery
          </Button>
        )}
      </p>
      <Section title={`Tries: ${delivery.attempts} of ${delivery.maxAttempts}`}>
        {delivery.log.length === 0 && (
          <p className="text-muted">
            Not tried yet: it waits for its turn, or for the webhook to be resumed.
          </p>
        )}
        <ol className="flex flex-col gap-3">
          {[...delivery.log].reverse().map((attempt) => (
            <Attempt key={attempt.attempt} attempt={attempt} />
          ))}
        </ol>
        {delivery.nextAttemptAt && delivery.attempts > 0 && (
          <p className="mt-2 text-muted">
            The next try is <TimeText at={delivery.nextAttemptAt} style="relative" />.
          </p>
        )}
      </Section>
      <Section title="Body" action={<CopyButton label="Copy the body" text={delivery.body} />}>
        <Text label="Body">{prettyBody(delivery.body)}</Text>
      </Section>
      <Section title="Headers">
        <Text label="Headers">
          {Object.entries(delivery.headers)
            .map(([name, value]) => `${name}: ${value}`)
            .join('\n')}
        </Text>
        <p className="mt-1 text-meta text-muted">
          And the signatures, x-signature and webhook-signature, which are made anew for every try and not
          kept.
        </p>
      </Section>
    </div>
  );
}

function Attempt({ attempt }: { attempt: DeliveryAttempt }) {
  const { error, statusCode, message, answer } = attempt;
  return (
    <li>
      <p className="flex items-center gap-3">
        <StatusBadge
          status={error ? 'failed' : 'succeeded'}
          label={outcomeText(statusCode, error)}
          variant="plain"
        />
        <span className="text-muted nums">{formatDuration(attempt.milliseconds)}</span>
        <span className="ml-auto text-muted">
          <TimeText at={attempt.time} />
        </span>
      </p>
      {message && <p className="wrap-anywhere">{message}</p>}
      {answer && <Text label={`Answer to try ${attempt.attempt}`}>{answer}</Text>}
    </li>
  );
}

function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 flex h-6 items-center justify-between gap-2 text-meta font-semibold">
        {title}
        {action}
      </h3>
      {children}
    </section>
  );
}

/** Text of somebody else: shown as it is, never as markup. */
function Text({ label, children }: { label: string; children: string }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="mt-1 max-h-80 overflow-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-data whitespace-pre-wrap wrap-anywhere"
    >
      {children}
    </section>
  );
}
