import type { NoticesView } from '../../../../shared/contract/notices.ts';
import { callError } from '../../../data/errors.ts';
import { ChannelFrame } from './ChannelFrame.tsx';
import { useSaveNotices } from './use-save-notices.ts';

/** Messages of the operating system, where this Sluice has a desktop. */
export function SystemChannel({ view }: { view: NoticesView }) {
  const save = useSaveNotices();
  const { system } = view.settings;
  return (
    <ChannelFrame
      channel="system"
      title="System messages"
      help={
        view.systemAvailable
          ? 'Shown by your desktop; a click opens the run.'
          : 'Not available here: this Sluice runs without a desktop. The desktop app shows them.'
      }
      view={view}
      disabled={!view.systemAvailable}
      on={system.on && view.systemAvailable}
      setOn={(on) => save.mutate({ settings: { system: { ...system, on } } })}
      events={system.events}
      setEvents={(events) => save.mutate({ settings: { system: { ...system, events } } })}
      canTest={view.systemAvailable}
      failure={save.error ? callError(save.error).message : undefined}
    />
  );
}
