import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { orpc } from '../../data/client.ts';
import { cx, formatRelative, formatTime, Tooltip } from '../../ui/index.ts';

const askMilliseconds = 15_000;
/** The loop looks every 10 s; several times that without a look is a fault. */
const silentMilliseconds = 45_000;

/** Whether anything looks after the triggers: with a word, never by colour alone. */
export function SchedulerLight() {
  const { data, isError } = useQuery({
    ...orpc.triggers.status.queryOptions({ input: {} }),
    refetchInterval: askMilliseconds,
  });
  if (!data && !isError) return null;
  const silent =
    !data?.lastCheckAt || Date.parse(data.now) - Date.parse(data.lastCheckAt) > silentMilliseconds;
  const wrong = isError
    ? 'Sluice does not answer.'
    : (data?.problem ?? (silent ? 'It has not looked for a while.' : null));
  const Icon = wrong ? CircleX : CircleCheck;
  return (
    <Tooltip
      side="bottom"
      content={
        wrong ??
        `Alive since ${formatTime(data?.aliveSince ?? '')}. Last look ${formatRelative(data?.lastCheckAt ?? '')}.`
      }
    >
      <button
        type="button"
        className={cx(
          'inline-flex items-center gap-1.5 text-meta',
          wrong ? 'text-status-failed' : 'text-muted',
        )}
      >
        <Icon aria-hidden className={cx('size-3.5', !wrong && 'text-status-succeeded')} />
        {wrong ? 'Scheduler stopped' : 'Scheduler alive'}
      </button>
    </Tooltip>
  );
}
