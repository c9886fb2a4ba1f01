import { useQuery } from '@tanstack/react-query';
import { ShieldQuestion } from 'lucide-react';
import { orpc } from '../../data/client.ts';
import { buttonClass } from '../../ui/index.ts';

/** Says in every window that an app waits for an answer: its own tab may be in another browser. */
export function ConsentBanner({ location }: { location: string }) {
  const query = useQuery({
    ...orpc.oauth.list.queryOptions({ input: {} }),
    // A request that nobody answers ends by itself, without a word.
    refetchInterval: ({ state }) => (state.data?.length ? 10_000 : false),
  });
  const waiting = (query.data ?? []).filter(({ id }) => location !== `/oauth/${id}`);
  const [first] = waiting;
  if (!first) return null;
  return (
    <div
      role="status"
      className="flex shrink-0 items-center gap-3 border-b border-line bg-accent-soft px-4 py-1.5"
    >
      <ShieldQuestion aria-hidden className="size-4 shrink-0 text-accent-text" />
      <span className="min-w-0 truncate">
        An app that calls itself “<bdi>{first.clientId}</bdi>” asks for access
        {waiting.length > 1 && `, and ${waiting.length - 1} more`}.
      </span>
      <a href={`#/oauth/${first.id}?here=`} className={`${buttonClass('secondary', 'sm')} ml-auto`}>
        Look at it
      </a>
    </div>
  );
}
