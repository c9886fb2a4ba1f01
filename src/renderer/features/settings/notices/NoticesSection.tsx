import { useQuery, useQueryClient } from '@tanstack/react-query';
import { awaiting } from '../../../data/awaiting.ts';
import { orpc } from '../../../data/client.ts';
import { useAppEvent } from '../../../data/events.ts';
import { Awaited } from '../../../ui/index.ts';
import { Section } from '../Section.tsx';
import { ChatChannel } from './ChatChannel.tsx';
import { EmailChannel } from './EmailChannel.tsx';
import { MutedPipelines } from './MutedPipelines.tsx';
import { SystemChannel } from './SystemChannel.tsx';

/** Who is told what, and how. */
export function NoticesSection() {
  const cache = useQueryClient();
  const query = useQuery(orpc.notices.get.queryOptions({ input: {} }));
  useAppEvent('notices.changed', () => void cache.invalidateQueries({ queryKey: orpc.notices.key() }));
  const view = query.data;
  return (
    <Awaited {...awaiting(query)} where="The notices could not be read.">
      {() =>
        view && (
          <>
            <Section
              title="Notices"
              help="What happens to runs of the live environment, told where you look. A burst becomes one message; at most one a minute goes out on each channel."
            >
              {null}
            </Section>
            <SystemChannel view={view} />
            <EmailChannel view={view} />
            <ChatChannel view={view} />
            <MutedPipelines muted={view.settings.muted} />
          </>
        )
      }
    </Awaited>
  );
}
