import { useState } from 'react';
import type { NoticesView } from '../../../../shared/contract/notices.ts';
import { callError } from '../../../data/errors.ts';
import { Button, Field, Input } from '../../../ui/index.ts';
import { ChannelFrame } from './ChannelFrame.tsx';
import { useSaveNotices } from './use-save-notices.ts';

/** A webhook of Slack, or of a chat that takes the same message. The address is a secret and is not shown again. */
export function ChatChannel({ view }: { view: NoticesView }) {
  const save = useSaveNotices();
  const { chat } = view.settings;
  const [url, setUrl] = useState('');
  const wished = url.trim();
  const saveUrl = (change: Parameters<typeof save.mutate>[0]) =>
    save.mutate(change, { onSuccess: () => setUrl('') });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wished !== '') saveUrl({ settings: {}, chatUrl: wished });
      }}
    >
      <ChannelFrame
        channel="chat"
        title="Chat"
        help="An incoming webhook of Slack, Mattermost, Rocket.Chat or another that takes the same message."
        view={view}
        on={chat.on}
        setOn={(on) =>
          saveUrl({ settings: { chat: { ...chat, on } }, ...(wished !== '' && { chatUrl: wished }) })
        }
        events={chat.events}
        setEvents={(events) => save.mutate({ settings: { chat: { ...chat, events } } })}
        canTest={view.chatUrl !== null && wished === ''}
        failure={save.error ? callError(save.error).message : undefined}
        actions={
          <>
            <Button type="submit" variant="primary" disabled={wished === ''} loading={save.isPending}>
              Save
            </Button>
            {view.chatUrl !== null && (
              <Button onClick={() => saveUrl({ settings: { chat: { ...chat, on: false } }, chatUrl: null })}>
                Forget the address
              </Button>
            )}
          </>
        }
      >
        <Field label="Webhook address" help="A secret: whoever has it can post into the channel.">
          <Input
            mono
            value={url}
            autoComplete="off"
            placeholder={view.chatUrl ?? 'https://hooks.slack.com/services/…'}
            onChange={(event) => {
              setUrl(event.target.value);
              save.reset();
            }}
          />
        </Field>
      </ChannelFrame>
    </form>
  );
}
