import { CirclePause } from 'lucide-react';
import type { WebhookSummary } from '../../../shared/contract/webhooks.ts';
import { Button, formatPlural, TimeText } from '../../ui/index.ts';
import { pauseWords } from './webhook-words.ts';

interface PauseBannerProps {
  readonly webhook: WebhookSummary;
  readonly paused: NonNullable<WebhookSummary['paused']>;
  readonly resume: (waiting: 'send' | 'drop') => void;
  readonly newSecret: () => void;
}

/** Why nothing is sent, what waits, and the ways on. */
export function PauseBanner({ webhook, paused, resume, newSecret }: PauseBannerProps) {
  const { title, next } = pauseWords(paused);
  const waiting = webhook.waiting > 0 ? formatPlural(webhook.waiting, 'delivery', 'deliveries') : undefined;
  return (
    <div
      role="status"
      className="flex items-start gap-3 border-b border-status-warning/35 bg-status-warning/10 px-4 py-2.5"
    >
      <CirclePause aria-hidden className="mt-0.5 size-4 shrink-0 text-status-warning" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">
          {title}, <TimeText at={paused.at} style="relative" />
        </p>
        {paused.detail && <p className="wrap-anywhere">{paused.detail}</p>}
        <p className="text-muted">
          {next}
          {waiting && ` ${waiting} ${webhook.waiting === 1 ? 'waits' : 'wait'}.`}
        </p>
      </div>
      {paused.reason === 'no_secret' && <Button onClick={newSecret}>New secret</Button>}
      {waiting && (
        <Button variant="ghost" onClick={() => resume('drop')}>
          Resume and drop them
        </Button>
      )}
      <Button variant="primary" onClick={() => resume('send')}>
        {waiting ? 'Resume and send' : 'Resume'}
      </Button>
    </div>
  );
}
