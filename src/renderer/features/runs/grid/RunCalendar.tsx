import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { orpc } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { hashAddress } from '../../../data/hash-query.ts';
import { cx, ErrorState, formatCount, formatPlural, Skeleton } from '../../../ui/index.ts';
import { type CalendarDay, calendarDays, dayState, runsOf } from './history-figures.ts';

const weeks = 26;
const ground: Record<ReturnType<typeof dayState>, string> = {
  none: 'bg-n3',
  succeeded: 'bg-status-succeeded',
  mixed: 'bg-status-warning',
  failed: 'bg-status-failed',
  cancelled: 'bg-status-cancelled/60',
  open: 'bg-status-running',
};

// Made once: making one takes longer than using it for all days.
const dayName = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'long' });
const monthName = new Intl.DateTimeFormat(undefined, { month: 'short' });

/** How the days of the last half year went; a day opens its runs. */
export function RunCalendar({ pipelineId }: { pipelineId: string }) {
  const days = useMemo(() => calendarDays(weeks), []);
  const { data, error } = useQuery(orpc.history.calendar.queryOptions({ input: { pipelineId, days } }));
  return (
    <section aria-label="Calendar" className="shrink-0 px-4 py-3">
      <h2 className="mb-2 text-title font-semibold">Days</h2>
      {error && (
        <ErrorState variant="inline" title="The days could not be counted" where={callError(error).message} />
      )}
      {!data && !error && <Skeleton lines={4} />}
      {data && <Weeks days={data} pipelineId={pipelineId} />}
      {data && <Sum days={data} />}
    </section>
  );
}

function Weeks({ days, pipelineId }: { days: readonly CalendarDay[]; pipelineId: string }) {
  const columns = Array.from({ length: Math.ceil(days.length / 7) }, (_, week) =>
    days.slice(week * 7, week * 7 + 7),
  );
  return (
    <div className="flex overflow-x-auto pb-1">
      <div aria-hidden className="mr-2 flex flex-col pt-5 text-micro text-muted">
        {['Mon', '', 'Wed', '', 'Fri', '', ''].map((name, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: seven places that never move
          <span key={at} className="h-4 leading-4">
            {name}
          </span>
        ))}
      </div>
      {columns.map((week) => (
        <div key={week[0]?.from} className="flex flex-col">
          <span className="h-5 w-4 text-micro whitespace-nowrap text-muted">{monthOf(week)}</span>
          {week.map((day) => (
            <Day key={day.from} day={day} pipelineId={pipelineId} />
          ))}
        </div>
      ))}
    </div>
  );
}

function Day({ day, pipelineId }: { day: CalendarDay; pipelineId: string }) {
  const date = new Date(day.from);
  const total = runsOf(day);
  const square = <span aria-hidden className={cx('block size-3 rounded-xs', ground[dayState(day)])} />;
  const name = dayName.format(date);
  const words = `${name}: ${total === 0 ? 'no runs' : wordsOf(day)}`;
  if (total === 0)
    return (
      <span title={words} className="flex size-4 items-center justify-center">
        {square}
      </span>
    );
  return (
    <a
      href={hashAddress('#/runs', { pipeline: pipelineId, from: dayText(date), to: dayText(date) })}
      aria-label={words}
      title={words}
      className="flex size-4 items-center justify-center rounded-xs hover:bg-hover"
    >
      {square}
    </a>
  );
}

function Sum({ days }: { days: readonly CalendarDay[] }) {
  const sum = (name: 'succeeded' | 'failed' | 'cancelled') =>
    days.reduce((total, day) => total + day[name], 0);
  return (
    <p className="mt-2 text-meta text-muted nums">
      {formatPlural(
        days.reduce((total, day) => total + runsOf(day), 0),
        'run',
      )}{' '}
      in {weeks} weeks: {formatCount(sum('succeeded'))} succeeded, {formatCount(sum('failed'))} failed,{' '}
      {formatCount(sum('cancelled'))} cancelled. Amber days have both successes and failures.
    </p>
  );
}

function wordsOf(day: CalendarDay): string {
  return (['succeeded', 'failed', 'cancelled', 'running', 'queued'] as const)
    .filter((name) => day[name] > 0)
    .map((name) => `${formatCount(day[name])} ${name}`)
    .join(', ');
}

/** Named above the week in which a month begins. */
function monthOf(week: readonly CalendarDay[]): string {
  const first = week.map(({ from }) => new Date(from)).find((date) => date.getDate() === 1);
  return first ? monthName.format(first) : '';
}

function dayText(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
