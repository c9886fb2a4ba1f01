import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import type { RunTrigger } from '../../../shared/contract/domain.ts';
import { runTrigger } from '../../../shared/contract/domain.ts';
import { orpc } from '../../data/client.ts';
import { buttonClass, Combobox, Input, type Option, Select } from '../../ui/index.ts';
import { useLabelOptions } from './run-labels.tsx';
import type { RunListFilter } from './run-list-data.ts';
import { stateChoices, statesOf, triggerWords } from './run-list-query.ts';

/** Which runs are listed, as a sentence. */
export function RunListSentence({ filter }: { filter: RunListFilter }) {
  const { query, choose } = filter;
  return (
    <>
      <span>of</span>
      <PipelineChoice filter={filter} />
      <span>that</span>
      <StateChoice filter={filter} />
      <span>started by</span>
      <Select
        aria-label="Started by"
        variant="inline"
        value={query.trigger ?? 'any'}
        onChange={(trigger) => choose({ trigger: trigger === 'any' ? undefined : trigger })}
        options={[
          { value: 'any' as RunTrigger | 'any', label: 'anything' },
          ...runTrigger.options.map((value) => ({ value, label: triggerWords[value] })),
        ]}
      />
      <span>with</span>
      <LabelChoice filter={filter} />
      <span>from</span>
      <TimeChoice filter={filter} />
      <span className="pl-1">in</span>
      <Select
        aria-label="Environment"
        variant="inline"
        value={query.environment ?? 'any'}
        onChange={(environment) => choose({ environment: environment === 'any' ? undefined : environment })}
        options={[
          { value: 'any' as 'any' | 'live' | 'sandbox', label: 'live and sandbox' },
          { value: 'live', label: 'live' },
          { value: 'sandbox', label: 'sandbox' },
        ]}
      />
      {query.triggerId && <span className="pl-1">of one schedule or trigger</span>}
      {query.pipelineId && (
        <a
          href={`#/runs/history/${query.pipelineId}`}
          className={buttonClass('ghost', 'sm')}
          title="Grid, trend and calendar of this pipeline"
        >
          <History size={14} aria-hidden />
          History
        </a>
      )}
    </>
  );
}

function PipelineChoice({ filter: { query, choose } }: { filter: RunListFilter }) {
  const { data: pipelines = [] } = useQuery(orpc.pipelines.list.queryOptions({ input: {} }));
  const known = pipelines.map(({ id, name }): Option => ({ value: id, label: name }));
  const value = query.pipelineId ?? 'any';
  const removed = value !== 'any' && pipelines.length > 0 && !known.some((option) => option.value === value);
  return (
    <Combobox
      aria-label="Pipeline"
      variant="inline"
      value={value}
      onChange={(id) => choose({ pipelineId: id === null || id === 'any' ? undefined : id })}
      options={[
        { value: 'any', label: 'any pipeline' },
        ...(removed ? [{ value, label: 'a deleted pipeline' }] : []),
        ...known,
      ]}
      searchPlaceholder="Find a pipeline"
    />
  );
}

function StateChoice({ filter: { query, choose } }: { filter: RunListFilter }) {
  const value: string = query.states?.length ? query.states.join(',') : 'any';
  const several = stateChoices.every((choice) => choice.value !== value);
  return (
    <Select
      aria-label="State"
      variant="inline"
      value={value}
      onChange={(choice) => choose({ states: statesOf(choice) })}
      options={[
        ...stateChoices.map(({ value: each, label }): Option => ({ value: each, label })),
        ...(several ? [{ value, label: `are ${value.replaceAll(',', ' or ')}` }] : []),
      ]}
    />
  );
}

/** Labels and the pin in one word of the sentence. */
function LabelChoice({ filter: { query, choose } }: { filter: RunListFilter }) {
  const labels = useLabelOptions();
  const value = query.pinned ? 'pin:' : query.label ? `label:${query.label}` : 'any';
  const unknown = query.label && !labels.some((option) => option.value === query.label);
  return (
    <Combobox
      aria-label="Label"
      variant="inline"
      value={value}
      onChange={(choice) =>
        choose({
          pinned: choice === 'pin:' ? true : undefined,
          label: choice?.startsWith('label:') ? choice.slice('label:'.length) : undefined,
        })
      }
      options={[
        { value: 'any', label: 'any label' },
        { value: 'pin:', label: 'a pin' },
        ...(unknown ? [{ value, label: `the label “${query.label}”` }] : []),
        ...labels.map((option) => ({
          ...option,
          value: `label:${option.value}`,
          label: `the label “${option.label}”`,
        })),
      ]}
      searchPlaceholder="Find a label"
    />
  );
}

type Last = NonNullable<RunListFilter['query']['last']> | 'any' | 'custom';

function TimeChoice({ filter: { query, choose } }: { filter: RunListFilter }) {
  const custom = query.from !== undefined || query.to !== undefined;
  const value: Last = query.last ?? (custom ? 'custom' : 'any');
  const today = localDay(new Date());
  return (
    <>
      <Select<Last>
        aria-label="Time"
        variant="inline"
        value={value}
        onChange={(last) => {
          if (last === 'custom') choose({ last: undefined, from: today, to: today });
          else choose({ last: last === 'any' ? undefined : last, from: undefined, to: undefined });
        }}
        options={[
          { value: 'any', label: 'any time' },
          { value: 'hour', label: 'the last hour' },
          { value: 'day', label: 'the last day' },
          { value: 'week', label: 'the last week' },
          { value: 'month', label: 'the last 30 days' },
          { value: 'custom', label: 'these days' },
        ]}
      />
      {custom && (
        <>
          <DayInput
            label="First day"
            value={query.from}
            max={query.to}
            onChange={(from) => choose({ from })}
          />
          <span className="px-1">to</span>
          <DayInput label="Last day" value={query.to} min={query.from} onChange={(to) => choose({ to })} />
        </>
      )}
    </>
  );
}

function DayInput(props: {
  label: string;
  value: string | undefined;
  min?: string | undefined;
  max?: string | undefined;
  onChange: (day: string | undefined) => void;
}) {
  return (
    <span className="inline-block w-34">
      <Input
        type="date"
        aria-label={props.label}
        value={props.value ?? ''}
        min={props.min}
        max={props.max}
        onChange={(event) => props.onChange(event.target.value || undefined)}
      />
    </span>
  );
}

function localDay(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
