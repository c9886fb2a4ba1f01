import type { Notifications } from '../../platform/notifications.ts';
import { type Channel, Undelivered } from './channel.ts';

const nowhere = 'This Sluice runs without a desktop: there is nowhere to show a message of the system.';

/** Messages of the operating system; a click leads to the run. */
export function systemChannel(notifications: Notifications): Channel {
  return {
    unavailable: () => (notifications.available ? undefined : nowhere),
    async send({ title, lines, route }) {
      if (!notifications.available) throw new Undelivered(nowhere);
      notifications.show({ title, body: lines.map(({ text }) => text).join('\n'), route });
    },
  };
}
