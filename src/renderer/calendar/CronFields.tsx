import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CalendarClock } from 'lucide-react';
import { useState } from 'react';
import { orpc } from '../data/client.ts';
import { callError } from '../data/errors.ts';
import { Combobox, cx, Field, Input, NumberInput, Select } from '../ui/index.ts';
import { cronOf, type Plan, planOf, type Rhythm } from './cron-presets.ts';
import { hasSeconds, ownZone, zoneClock, zoneOptions, zoneTime } from './zones.ts';

export interface CronFieldsProps {
  readonly cron: string;
  readonly timezone: string;
  readonly startAt?: string | null;
  readonly endAt?: string | null;
  readonly onChange: (change: { cron?: string; timezone?: string }) => void;
  /** Next fires shown; ten where there is room. */
  readonly shown?: number;
}

const rhythms: { value: Rhythm; label: string }[] = [
  { value: 'minutes', label: 'Every few minutes' },
  { value: 'hourly', label: 'Every hour' },
  { value: 'daily', label: 'Every day' },
  { value: 'weekly', label: 'On days of the week' },
  { value: 'monthly', label: 'Every month' },
  { value: 'pattern', label: 'A cron pattern' },
];

/** When a schedule fires: by clicking or as a pattern, with what that means and the next times, while it is typed. */
export function CronFields({
  cron,
  timezone,
  startAt = null,
  endAt = null,
  onChange,
  shown = 10,
}: CronFieldsProps) {
  const [asPattern, setAsPattern] = useState(planOf(cron).rhythm === 'pattern');
  const plan = planOf(cron);
  const rhythm = asPattern ? 'pattern' : plan.rhythm;
  const preview = useQuery({
    ...orpc.triggers.preview.queryOptions({ input: { cron, timezone, startAt, endAt, count: shown } }),
    placeholderData: keepPreviousData,
  });
  const problem = preview.data?.problem;
  const set = (change: Partial<Plan>) => onChange({ cron: cronOf({ ...plan, ...change }, cron) });
  return (
    <div className="flex flex-col gap-3">
      <Field label="Runs">
        <Select
          value={rhythm}
          onChange={(next: Rhythm) => {
            setAsPattern(next === 'pattern');
            if (next !== 'pattern') set({ rhythm: next });
          }}
          options={rhythms}
        />
      </Field>
      {rhythm === 'pattern' ? (
        <Field
          label="Cron pattern"
          error={problem?.field === 'cron' && problem.message}
          help="Minute, hour, day of the month, month, weekday; with six fields the first is the second."
        >
          <Input
            mono
            value={cron}
            maxLength={200}
            spellCheck={false}
            placeholder="0 2 * * *"
            onChange={(event) => onChange({ cron: event.target.value })}
          />
        </Field>
      ) : (
        <PlanFields plan={plan} rhythm={rhythm} set={set} />
      )}
      <Field
        label="Time zone"
        error={problem?.field === 'timezone' && problem.message}
        help="Clocks of this place. A time that the clock skips in spring runs right after the gap; one that comes twice in autumn runs once."
      >
        <Combobox
          value={timezone}
          onChange={(zone) => onChange({ timezone: zone ?? 'UTC' })}
          options={zoneOptions}
          searchPlaceholder="Search a city"
        />
      </Field>
      <NextFires
        words={preview.data?.words ?? ''}
        next={preview.data?.next ?? []}
        timezone={timezone}
        broken={problem !== null && problem !== undefined}
        failure={preview.isError ? callError(preview.error).message : undefined}
      />
    </div>
  );
}

function PlanFields({
  plan,
  rhythm,
  set,
}: {
  plan: Plan;
  rhythm: Rhythm;
  set: (change: Partial<Plan>) => void;
}) {
  if (rhythm === 'minutes')
    return (
      <Field label="Every">
        <NumberInput
          integer
          min={1}
          max={59}
          unit="min"
          value={plan.every}
          onChange={(every) => set({ every: every ?? 1 })}
        />
      </Field>
    );
  return (
    <>
      {rhythm === 'weekly' && <Weekdays chosen={plan.weekdays} onChange={(weekdays) => set({ weekdays })} />}
      {rhythm === 'monthly' && (
        <Field label="Day of the month" help="Months that lack the day are left out.">
          <NumberInput integer min={1} max={31} value={plan.day} onChange={(day) => set({ day: day ?? 1 })} />
        </Field>
      )}
      {rhythm === 'hourly' ? (
        <Field label="At minute">
          <NumberInput
            integer
            min={0}
            max={59}
            value={plan.minute}
            onChange={(minute) => set({ minute: minute ?? 0 })}
          />
        </Field>
      ) : (
        <Field label="At">
          <Input
            type="time"
            value={`${two(plan.hour)}:${two(plan.minute)}`}
            onChange={(event) => {
              const [hour, minute] = event.target.value.split(':').map(Number);
              if (hour !== undefined && minute !== undefined) set({ hour, minute });
            }}
          />
        </Field>
      )}
    </>
  );
}

const two = (value: number): string => String(value).padStart(2, '0');
/** Monday first; the numbers are cron's. */
const weekdays = [
  [1, 'Mon'],
  [2, 'Tue'],
  [3, 'Wed'],
  [4, 'Thu'],
  [5, 'Fri'],
  [6, 'Sat'],
  [0, 'Sun'],
] as const;

function Weekdays({ chosen, onChange }: { chosen: readonly number[]; onChange: (days: number[]) => void }) {
  return (
    <Field label="On" group>
      <div className="flex flex-wrap gap-1">
        {weekdays.map(([day, name]) => {
          const on = chosen.includes(day);
          return (
            <button
              key={day}
              type="button"
              aria-pressed={on}
              onClick={() => {
                const next = on ? chosen.filter((each) => each !== day) : [...chosen, day];
                if (next.length > 0) onChange(next);
              }}
              className={cx(
                'h-control rounded-control border px-2.5 text-meta',
                on
                  ? 'border-accent bg-accent-soft font-medium text-accent-text'
                  : 'border-line-field bg-field text-muted hover:bg-hover',
              )}
            >
              {name}
            </button>
          );
        })}
      </div>
    </Field>
  );
}

interface NextFiresProps {
  readonly words: string;
  readonly next: readonly string[];
  readonly timezone: string;
  readonly broken: boolean;
  readonly failure: string | undefined;
}

/** What the schedule means, and when: in its own zone, and in this machine's where that is another. */
export function NextFires({ words, next, timezone, broken, failure }: NextFiresProps) {
  const elsewhere = timezone !== ownZone;
  const seconds = next.some(hasSeconds);
  return (
    <section
      aria-label="Next runs"
      aria-live="polite"
      className="@container rounded-md border border-line bg-sunken px-3 py-2"
    >
      <p className="flex items-center gap-2 font-medium">
        <CalendarClock aria-hidden className="size-4 shrink-0 text-muted" />
        {failure ?? (broken ? 'Nothing to show yet' : words || 'Next runs')}
      </p>
      {!broken && next.length === 0 && failure === undefined && (
        <p className="mt-1 text-meta text-muted">It never runs within its start and end.</p>
      )}
      {!broken && next.length > 0 && (
        <ol className="mt-1.5 gap-x-10 nums text-meta @min-[30rem]:columns-2">
          {next.map((at) => (
            <li key={at} className="flex justify-between gap-3">
              <span>{zoneTime(at, timezone, seconds)}</span>
              {elsewhere && <span className="text-muted">{zoneClock(at, ownZone, 'here')} here</span>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
