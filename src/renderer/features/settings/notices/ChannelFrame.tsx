import { CircleCheck, Send, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  type NoticeChannel,
  type NoticeEvent,
  type NoticesView,
  noticeEvents,
} from '../../../../shared/contract/notices.ts';
import { callError } from '../../../data/errors.ts';
import { Button, Checkbox, Field, formatPlural, Switch, TimeText } from '../../../ui/index.ts';
import { useTestNotice } from './use-save-notices.ts';

interface ChannelFrameProps {
  readonly channel: NoticeChannel;
  readonly title: string;
  readonly help: string;
  readonly view: NoticesView;
  readonly on: boolean;
  readonly setOn: (on: boolean) => void;
  readonly events: readonly NoticeEvent[];
  readonly setEvents: (events: NoticeEvent[]) => void;
  readonly disabled?: boolean;
  /** What is not saved yet cannot be tested. */
  readonly canTest: boolean;
  readonly failure?: string | undefined;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

export const eventWords: Readonly<Record<NoticeEvent, string>> = {
  failed: 'A run failed or could not start',
  recovered: 'It works again after a failure',
  late: 'A run is late',
  webhook: 'A webhook was paused by Sluice',
  archive: 'The archive could not be written',
};

/** What all channels have: whether it is on, what it tells, a test, and how the last message went. */
export function ChannelFrame(props: ChannelFrameProps) {
  const { channel, title, help, view, on, setOn, events, setEvents, disabled, children } = props;
  const test = useTestNotice(channel);
  const state = view.channels.find((entry) => entry.channel === channel);
  return (
    <section aria-label={title} className="flex flex-col gap-4 rounded-lg border border-line p-4">
      <div className="flex items-start justify-between gap-4">
        <div>
          <h3 className="text-title font-semibold">{title}</h3>
          <p className="mt-0.5 text-muted">{help}</p>
        </div>
        <Switch aria-label={`${title} on`} checked={on} onChange={setOn} disabled={disabled} />
      </div>
      {children}
      <Field label="Tell me when" group>
        <div className="grid grid-cols-2 gap-1.5">
          {noticeEvents.map((event) => (
            <Checkbox
              key={event}
              label={eventWords[event]}
              disabled={disabled}
              checked={events.includes(event)}
              onChange={(checked) =>
                setEvents(
                  noticeEvents.filter((other) => (other === event ? checked : events.includes(other))),
                )
              }
            />
          ))}
        </div>
      </Field>
      {props.failure && (
        <p role="alert" className="flex items-start gap-2 text-status-failed">
          <TriangleAlert aria-hidden size={15} className="mt-0.5 shrink-0" />
          {props.failure}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        {props.actions}
        <Button
          icon={Send}
          disabled={disabled || !props.canTest}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          Send a test
        </Button>
        {state && <LastMessage state={state} />}
      </div>
      <div aria-live="polite" className="empty:hidden">
        {test.data && <TestResult sent={test.data.sent} message={test.data.message} />}
        {test.error && <TestResult sent={false} message={callError(test.error).message} />}
      </div>
    </section>
  );
}

function TestResult({ sent, message }: { sent: boolean; message: string }) {
  const Icon = sent ? CircleCheck : TriangleAlert;
  return (
    <p className="flex items-start gap-2">
      <Icon
        aria-hidden
        size={15}
        className={`mt-0.5 shrink-0 ${sent ? 'text-status-succeeded' : 'text-status-failed'}`}
      />
      <span className="min-w-0 wrap-anywhere">{message}</span>
    </p>
  );
}

function LastMessage({ state }: { state: NoticesView['channels'][number] }) {
  if (state.error)
    return (
      <span className="min-w-0 text-meta wrap-anywhere text-status-failed">
        Last message not taken: {state.error}
      </span>
    );
  return (
    <span className="text-meta text-muted">
      {state.lastSentAt ? (
        <>
          Last message <TimeText at={state.lastSentAt} style="relative" />
        </>
      ) : (
        'No message yet'
      )}
      {state.waiting > 0 && `, ${formatPlural(state.waiting, 'notice')} waiting`}
    </span>
  );
}
